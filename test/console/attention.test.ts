// What the console's overview brings to an operator's attention, and the last uses of keys after a restart.
import assert from "node:assert/strict"
import { test } from "node:test"
import { newCommit } from "../../src/storage/commit.ts"
import { systemClock } from "../../src/base/clock.ts"
import { createMemoryEngines, type MemoryEngines } from "../../src/data-directory.ts"
import { prefixBounds, rowKey } from "../../src/storage/row-keys.ts"
import {
  aliOss,
  CONSOLE_CONFIG,
  startLocalServer,
  startMemoryServer,
  type TestServer,
} from "../oss/running-server.ts"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openWindow, signIn, startChromium, startConsoleServerOn } from "./browser.ts"
import { signInToConsole } from "./console-client.ts"

type Fields = Readonly<Record<string, unknown>>

async function damagedCount(server: TestServer): Promise<unknown> {
  const client = await signInToConsole(server)
  const { attention } = await client.call("GET", "/api/overview")
  return (attention as Fields[]).find(({ code }) => code === "DataDamaged")?.["count"]
}

/** Overwrites the stored values of all rows of a family. */
async function damageRows(
  { metadata }: MemoryEngines,
  family: "current" | "bucket",
): Promise<void> {
  const scanned = await metadata.scan({ ...prefixBounds(rowKey(family)), limit: 10 })
  const writes = scanned.flatMap((row) =>
    row.kind === "row"
      ? [{ key: row.key, value: Buffer.alloc(row.value.length, 1), expect: "any" } as const]
      : [],
  )
  assert.notEqual(writes.length, 0)
  await metadata.commit(newCommit(systemClock, { guards: [], writes }))
}

test("rows that do not open when they are listed or read are reported, each once, until the operator acknowledges them", async () => {
  const engines = createMemoryEngines()
  const server = await startMemoryServer(CONSOLE_CONFIG, engines)
  try {
    const client = aliOss(server)
    await client.putBucket("damaged")
    client.useBucket("damaged")
    await client.put("a", Buffer.from("a"))
    await client.put("b", Buffer.from("b"))
    assert.equal(await damagedCount(server), undefined)
    await damageRows(engines, "current")
    await client.listV2({ "max-keys": "10" }, {})
    assert.equal(await damagedCount(server), 2)
    await assert.rejects(client.get("a"))
    await client.listV2({ "max-keys": "10" }, {})
    assert.equal(await damagedCount(server), 2)
    const console = await signInToConsole(server)
    await console.call("POST", "/api/damage/acknowledge", {})
    assert.equal(await damagedCount(server), undefined)
    await assert.rejects(client.get("b"))
    assert.equal(await damagedCount(server), 1)
  } finally {
    await server.stop()
  }
})

test("an operator sees the damage on the overview, and dismisses the report", async () => {
  const engines = createMemoryEngines()
  const server = await startConsoleServerOn(engines)
  const browser = await startChromium()
  try {
    const client = aliOss(server, { bucket: "damaged" })
    await client.putBucket("damaged")
    await client.put("a", Buffer.from("a"))
    await damageRows(engines, "current")
    await assert.rejects(client.get("a"))
    const { page } = await openWindow(browser, server)
    await signIn(page)
    const note = page.getByText("1 damaged row or object was found.")
    await note.waitFor()
    await page.getByRole("button", { name: "Dismiss" }).click()
    await note.waitFor({ state: "detached" })
  } finally {
    await browser.close()
    await server.stop()
  }
})

for (const gateways of [1, 2]) {
  test(`the last use of a key is known after a restart, with ${gateways === 1 ? "one gateway" : "two gateways"}`, async () => {
    const directory = await mkdtemp(join(tmpdir(), "osseal-uses-"))
    const start = (): Promise<TestServer> =>
      startLocalServer(CONSOLE_CONFIG, { directory, gateways })
    const lastUse = async (server: TestServer, cmkId: string): Promise<Fields> => {
      const client = await signInToConsole(server)
      return (await client.call("GET", `/api/keys/${cmkId}`))["lastUse"] as Fields
    }
    try {
      const first = await start()
      const client = await signInToConsole(first)
      const cmkId = String((await client.call("POST", "/api/keys", {}))["cmkId"])
      const oss = aliOss(first)
      await oss.putBucket("used")
      oss.useBucket("used")
      const headers = {
        "x-oss-server-side-encryption": "KMS",
        "x-oss-server-side-encryption-key-id": cmkId,
      }
      // The reported time is in whole seconds.
      const beforeMs = Math.floor(Date.now() / 1000) * 1000
      for (let number = 0; number < 6; number += 1) {
        await oss.put(`object-${number}`, Buffer.from("a"), { headers })
      }
      await first.stop()
      const second = await start()
      const { at, knownSince } = await lastUse(second, cmkId)
      await second.stop()
      assert.ok(Date.parse(String(at)) >= beforeMs, String(at))
      assert.ok(Date.parse(String(knownSince)) <= beforeMs, String(knownSince))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
}

// One older row is put back into the database file: its seal opens, but the start is refused.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, before, test } from "node:test"
import { startServerProcess } from "../../scripts/server-process.ts"
import { systemClock } from "../../src/base/clock.ts"
import { createLog } from "../../src/cli/log.ts"
import { openDataDirectory, type OpenedData } from "../../src/data-directory.ts"
import { KEEPER } from "../kms/key-service-fixture.ts"

const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts")
const CMK_FAMILY = 0x20

let directory = ""

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "osseal-rolled-back-"))
})

after(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function withData<T>(use: (data: OpenedData) => Promise<T>): Promise<T> {
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log: createLog("silent") }
  const unlock = { kind: "key-file", path: undefined } as const
  const data = await openDataDirectory(directory, unlock, surroundings)
  try {
    return await use(data)
  } finally {
    await data.close()
  }
}

function osseal(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = typeof error?.code === "number" ? error.code : error === null ? 0 : -1
      resolve({ code, output: `${stdout}${stderr}` })
    })
  })
}

/** The content of the only CMK's row, or its new content. */
function sealedCmk(replacement?: Uint8Array): Uint8Array {
  const database = new DatabaseSync(join(directory, "metadata.sqlite"))
  try {
    const range = [Buffer.of(CMK_FAMILY), Buffer.of(CMK_FAMILY + 1)] as const
    if (replacement !== undefined) {
      const update = database.prepare("UPDATE rows SET value = ? WHERE key >= ? AND key < ?")
      assert.equal(update.run(replacement, ...range).changes, 1)
      return replacement
    }
    const row = database.prepare("SELECT value FROM rows WHERE key >= ? AND key < ?").get(...range)
    assert(row?.["value"] instanceof Uint8Array)
    return row["value"]
  } finally {
    database.close()
  }
}

test("a CMK that was enabled again behind the server's back prevents it from starting", async () => {
  const cmkId = await withData(async ({ keyService }) => {
    const cmk = await keyService.createCmk(KEEPER, { description: "" })
    return cmk.cmkId
  })
  const enabled = sealedCmk()
  await withData(({ keyService }) => keyService.disableCmk(KEEPER, cmkId))
  const whole = await startServerProcess(directory)
  await whole.stop()
  sealedCmk(enabled)

  const started = await osseal("server", directory, "--oss-port", "0", "--kms-port", "0")
  assert.equal(started.code, 1)
  assert.match(started.output, /the rows of CMKs: one or more of them are older/)
  assert.match(started.output, /--accept-rolled-back-rows/)
  const checked = await osseal("fsck", directory)
  assert.equal(checked.code, 1)
  assert.match(checked.output, /^rolled back {2}cmk rows: /m)

  const accepting = await startServerProcess(directory, { args: ["--accept-rolled-back-rows"] })
  await accepting.stop()
  const again = await startServerProcess(directory)
  await again.stop()
  assert.equal((await osseal("fsck", directory)).code, 0)
})

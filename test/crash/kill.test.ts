// kill -9 at random moments of mixed traffic: every acknowledged object is whole, nothing is half there, fsck finds
// nothing, and no plaintext and no MD5 of it stands anywhere on the disk.
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { randomInt } from "node:crypto"
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { promisify } from "node:util"
import { startServerProcess } from "../../scripts/server-process.ts"
import { createTraffic, type RoundState } from "./traffic.ts"

const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 50)
const MAIN = join(import.meta.dirname, "..", "..", "src", "main.ts")

let directory = ""
const traffic = createTraffic()

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "osseal-crash-"))
})

after(async () => {
  await rm(directory, { recursive: true, force: true })
})

async function round(data: string): Promise<void> {
  const server = await startServerProcess(data)
  await traffic.check(server)
  let state: RoundState = "running"
  const written = traffic.write(server, () => state)
  await delay(50 + randomInt(350))
  state = "killed"
  await server.kill()
  await written
}

test(`every acknowledged write survives ${ROUNDS} kills at random moments`, async () => {
  const data = join(directory, "data")
  for (let count = 0; count < ROUNDS; count += 1) await round(data)
  const server = await startServerProcess(data)
  await traffic.check(server)
  assert.equal(await server.stop(), 0)
  assert.ok(traffic.names() > 10, "the traffic wrote something")
})

test("fsck finds nothing damaged afterwards", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    MAIN,
    "fsck",
    join(directory, "data"),
  ])
  assert.match(stdout, / 0 damaged/)
})

test("neither the canary nor an MD5 of what was stored stands anywhere on the disk", async () => {
  const needles = [
    traffic.canary,
    ...[...traffic.md5s].flatMap((md5) => [md5, md5.toUpperCase()]),
  ].map((text) => Buffer.from(text))
  const rawMd5s = [...traffic.md5s].map((md5) => Buffer.from(md5, "hex"))
  let searched = 0
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    searched += bytes.length
    for (const needle of [...needles, ...rawMd5s].slice(0, 400)) {
      assert.equal(bytes.indexOf(needle), -1, `plaintext stands in ${entry.name}`)
    }
  }
  assert.ok(searched > 100_000)
})

// kill -9 at random moments of mixed traffic while the keeper runs. Every acknowledged write is complete, nothing is
// half-written, fsck finds nothing, and no plaintext and no MD5 of it is anywhere on the disk.
import assert from "node:assert/strict"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { runKills } from "./kills.ts"
import { searchPlaintext } from "./rounds.ts"
import type { Traffic } from "./traffic.ts"

const KILLS = 30

let directory = ""
let traffic: Traffic | undefined

before(async () => {
  directory = await mkdtemp(join(tmpdir(), "osseal-crash-"))
})

after(async () => {
  await rm(directory, { recursive: true, force: true })
})

test(`every acknowledged write survives ${KILLS} kills at random moments`, async () => {
  traffic = await runKills({ data: join(directory, "data"), seed: 1, count: KILLS })
})

test("neither the canary nor an MD5 of what was stored is anywhere on the disk", async () => {
  assert(traffic !== undefined)
  assert.ok((await searchPlaintext(directory, traffic)) > 100_000)
})

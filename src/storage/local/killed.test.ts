// A process is killed again and again while it writes. The process is this file, started with a directory.
import assert from "node:assert/strict"
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import pino from "pino"
import { utf8 } from "../../base/bytes.ts"
import { systemClock } from "../../base/clock.ts"
import { type BlobId, newBlobId } from "../blob-store.ts"
import { newCommit } from "../commit.ts"
import { rowKey } from "../row-keys.ts"
import { DirectoryInUse, lockDirectory } from "./lock.ts"
import { type LocalStore, openLocalStore } from "./local-store.ts"

const KILLS = 10
/** Every row counts in this group. */
const KILLED = utf8("group")
const LOOPS = 8
const surroundings = { clock: systemClock, log: pino({ level: "silent" }) }

/** A row, a row with a long value that is stored apart, and a blob that the first row names. */
interface Acknowledged {
  readonly name: string
  readonly blobId: BlobId
}

function rowsOf(name: string): Uint8Array[] {
  return [rowKey("settings", name, "short"), rowKey("settings", name, "long")]
}

function longValue(name: string): Buffer {
  return Buffer.alloc(6000, name)
}

async function writeOne({ metadata, blobs }: LocalStore, name: string): Promise<Acknowledged> {
  const blobId = newBlobId(systemClock.nowMs())
  const writer = await blobs.create(blobId)
  await writer.write([longValue(name)])
  await writer.commit()
  const values = [utf8(blobId), longValue(name)]
  const writes = rowsOf(name).map((key, index) => ({
    key,
    value: values[index] ?? null,
    expect: "absent" as const,
    tally: { group: KILLED, bytes: 3 },
  }))
  const result = await metadata.commit(newCommit(surroundings.clock, { guards: [], writes }))
  assert.equal(result.outcome, "applied")
  return { name, blobId }
}

/** Writes until it is killed, and reports each acknowledged commit to its parent. */
async function runChild(directory: string): Promise<void> {
  const local = await openLocalStore(directory, surroundings)
  const writeOn = async (loop: number): Promise<void> => {
    for (let count = 0; ; count += 1) {
      process.send?.(await writeOne(local, `${process.pid}-${loop}-${count}`))
    }
  }
  await Promise.all(Array.from({ length: LOOPS }, (_, loop) => writeOn(loop)))
}

/** Kills a child after the given number of acknowledgements. Returns the commits that it acknowledged. */
async function killBehind(directory: string, count: number): Promise<Acknowledged[]> {
  const child = fork(import.meta.filename, ["write", directory])
  const acknowledged: Acknowledged[] = []
  child.on("message", (message) => {
    acknowledged.push(message as Acknowledged)
    if (acknowledged.length === 1) {
      assert.throws(() => lockDirectory(directory), {
        name: DirectoryInUse.name,
        message: `${directory} is in use by process ${child.pid ?? 0} (osseal server); stop it first, or name another directory`,
      })
    }
    if (acknowledged.length === count) child.kill("SIGKILL")
  })
  await once(child, "close")
  assert.equal(child.signalCode, "SIGKILL")
  return acknowledged
}

async function assertPresent(local: LocalStore, { name, blobId }: Acknowledged): Promise<void> {
  const [short, long] = await local.metadata.get(rowsOf(name))
  assert.deepEqual(short?.value, utf8(blobId))
  assert.deepEqual(long?.value, longValue(name))
  const reader = await local.blobs.open(blobId)
  assert.deepEqual(await reader.read(0, reader.sizeBytes), longValue(name))
  await reader.close()
}

if (process.argv[2] === "write") {
  await runChild(process.argv[3] ?? "")
} else {
  test("after a kill every acknowledged commit is there, and the lock is free", async () => {
    const directory = mkdtempSync(join(tmpdir(), "osseal-killed-"))
    const acknowledged: Acknowledged[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      acknowledged.push(...(await killBehind(directory, 1 + 13 * kill)))
      const local = await openLocalStore(directory, surroundings)
      for (const each of acknowledged) await assertPresent(local, each)
      const bounds = { from: rowKey("settings"), to: rowKey("bucket") }
      const rows = await local.metadata.scan({ ...bounds, limit: 10_000, values: false })
      assert.equal(rows.length % 2, 0)
      assert.ok(rows.length >= 2 * acknowledged.length)
      const counted = [{ group: KILLED, rows: rows.length, bytes: 3 * rows.length }]
      assert.deepEqual(await local.metadata.tallies(Buffer.alloc(0)), counted)
      await local.close()
    }
    rmSync(directory, { recursive: true })
  })
}

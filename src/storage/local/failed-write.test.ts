// Writes that fail in the kernel, by strace. The traced process is this file, started with the name of a scenario.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { setTimeout } from "node:timers/promises"
import pino from "pino"
import { assertDefined } from "../../base/assert.ts"
import { systemClock } from "../../base/clock.ts"
import { type BlobId, parseBlobId } from "../blob-store.ts"
import { newCommit } from "../commit.ts"
import type { Write } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { type LocalStore, openLocalStore } from "./local-store.ts"

const surroundings = { clock: systemClock, log: pino({ level: "silent" }) }

const ROW = rowKey("settings", "row")

function blobIdOf(digit: string): BlobId {
  return assertDefined(parseBlobId(digit.repeat(32)), "32 digits")
}

function pathOf(directory: string, digit: string): string {
  return join(directory, "blobs", digit.repeat(2), blobIdOf(digit))
}

/** "applied", or the name of the error. */
async function outcomeOf(step: Promise<unknown>): Promise<string> {
  try {
    await step
    return "applied"
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

async function commitRow(
  { metadata }: LocalStore,
  value: Write["value"],
  key = ROW,
): Promise<void> {
  const writes = [{ key, value, expect: "any" as const }]
  await metadata.commit(newCommit(systemClock, { guards: [], writes }))
}

async function writeBlob({ blobs }: LocalStore, digit: string): Promise<void> {
  const writer = await blobs.create(blobIdOf(digit))
  await writer.write([Buffer.alloc(100_000, digit)])
  await writer.commit()
}

/** How many bytes the first write of `pieces` is made to accept. */
const TAKEN_BYTES = 100_000

/** The scenarios of the traced process. Each returns the outcomes of its steps, in order. */
const SCENARIOS = {
  async commits(local: LocalStore): Promise<string[]> {
    const first = await outcomeOf(commitRow(local, Buffer.of(1)))
    const second = await outcomeOf(commitRow(local, Buffer.of(2)))
    const [row] = await local.metadata.get([ROW])
    return [first, second, row === undefined ? "no row" : `row ${row.value[0] ?? ""}`]
  },
  async told(local: LocalStore): Promise<string[]> {
    const before = local.writeRefusals()
    await outcomeOf(commitRow(local, Buffer.of(1)))
    return [...before, "then", ...local.writeRefusals()]
  },
  async series(local: LocalStore): Promise<string[]> {
    const outcomes: string[] = []
    for (let each = 0; each < 6; each += 1) {
      outcomes.push(await outcomeOf(commitRow(local, Buffer.of(each))))
    }
    return outcomes
  },
  async crowd(local: LocalStore): Promise<string[]> {
    const together = Array.from({ length: 3 }, (_, each) => commitRow(local, Buffer.of(each)))
    return await Promise.all(together.map(outcomeOf))
  },
  async latecomer(local: LocalStore): Promise<string[]> {
    const first = outcomeOf(commitRow(local, Buffer.of(1)))
    // By now the writer thread has the first commit, and its fsync is made to take longer than this.
    await setTimeout(100)
    const second = outcomeOf(commitRow(local, Buffer.of(2)))
    return await Promise.all([first, second])
  },
  /** Writes more than the log keeps to itself, then allows time for a checkpoint, then deletes. */
  async checkpoint(local: LocalStore): Promise<string[]> {
    const rows = Array.from({ length: 100 }, (_, each) => rowKey("settings", `row ${each}`))
    const value = Buffer.alloc(60_000, 0x76)
    const outcomes = await Promise.all(rows.map((row) => outcomeOf(commitRow(local, value, row))))
    await setTimeout(800)
    return [...new Set(outcomes), await outcomeOf(commitRow(local, null))]
  },
  async both(local: LocalStore): Promise<string[]> {
    const row = await outcomeOf(commitRow(local, Buffer.of(1)))
    const blob = await outcomeOf(writeBlob(local, "1"))
    return [
      row,
      blob,
      await outcomeOf(commitRow(local, Buffer.of(2))),
      await outcomeOf(writeBlob(local, "2")),
      await outcomeOf(local.blobs.delete(blobIdOf("0"))),
    ]
  },
  async blobs(local: LocalStore): Promise<string[]> {
    const first = await outcomeOf(writeBlob(local, "1"))
    const second = await outcomeOf(writeBlob(local, "2"))
    const reader = await local.blobs.open(blobIdOf("0"))
    const read = Buffer.from(await reader.read(0, reader.sizeBytes))
    await reader.close()
    return [first, second, read.equals(Buffer.alloc(100_000, "0")) ? "reads" : "differs"]
  },
  async pieces(local: LocalStore): Promise<string[]> {
    const pieces = ["a", "b"].map((letter) => Buffer.alloc(75_000, letter))
    const writer = await local.blobs.create(blobIdOf("1"))
    // Copied, because the writer may free the bytes it is given.
    await writer.write(pieces.map((piece) => Buffer.from(piece)))
    const sizeBytes = await writer.commit()
    const reader = await local.blobs.open(blobIdOf("1"))
    const rest = Buffer.from(await reader.read(TAKEN_BYTES, sizeBytes - TAKEN_BYTES))
    await reader.close()
    return [rest.equals(Buffer.concat(pieces).subarray(TAKEN_BYTES)) ? "continued" : "differs"]
  },
}

type Scenario = keyof typeof SCENARIOS

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

/**
 * Runs a scenario with injections on calls that touch `path`, in a directory with the blob 0. Returns its outcomes,
 * then the blobs' sizes.
 */
async function trace(
  scenario: Scenario,
  inject: string | readonly string[],
  pathFrom: (directory: string) => string,
): Promise<{ outcomes: string[]; blobs: (number | undefined)[] }> {
  const directory = mkdtempSync(join(tmpdir(), "osseal-failing-"))
  try {
    const local = await openLocalStore(directory, surroundings)
    await writeBlob(local, "0").finally(() => local.close())
    const injections = [inject].flat().flatMap((each) => ["-e", each])
    const tracer = ["-f", "-qq", "-o", "/dev/null", "-P", pathFrom(directory), ...injections]
    const program = [process.execPath, import.meta.filename, scenario, directory]
    // strace counts the calls of each thread separately.
    const env = { ...process.env, UV_THREADPOOL_SIZE: "1" }
    const options = { encoding: "utf8", env } as const
    const { stdout, stderr } = spawnSync("strace", [...tracer, ...program], options)
    assert.match(stdout, /^\[/, stderr)
    const blobs = ["0", "1", "2"].map((digit) => sizeOf(pathOf(directory, digit)))
    return { outcomes: JSON.parse(stdout) as string[], blobs }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Before the first commit, opening has made two fsyncs and three writes of the log. */
const logOf = (directory: string): string => join(directory, "metadata.sqlite-wal")

async function runTraced(scenario: Scenario, directory: string): Promise<void> {
  const local = await openLocalStore(directory, surroundings)
  const outcomes = await SCENARIOS[scenario](local).finally(() => local.close())
  process.stdout.write(JSON.stringify(outcomes))
}

if (process.argv[2] !== undefined && process.argv[2] in SCENARIOS) {
  await runTraced(process.argv[2] as Scenario, process.argv[3] ?? "")
} else {
  const probe = spawnSync("strace", ["-qq", "-o", "/dev/null", "true"])
  const skip = probe.status === 0 ? false : "strace is not here or may not trace"

  test(
    "after a commit whose fsync failed nothing is written, and reads go on",
    { skip },
    async () => {
      const { outcomes } = await trace("commits", "inject=fsync,fdatasync:error=EIO:when=3", logOf)
      assert.deepEqual(outcomes, ["OutcomeUnknown", "StoreReadOnly", "no row"])
    },
  )

  test("a failed fsync is a reason for not being ready until the restart", { skip }, async () => {
    const { outcomes } = await trace("told", "inject=fsync,fdatasync:error=EIO:when=3", logOf)
    assert.deepEqual(outcomes, ["then", "read-only"])
  })

  test("each commit has an fsync of its own, not only the first of a log", { skip }, async () => {
    const { outcomes } = await trace("series", "inject=fsync,fdatasync:error=EIO:when=6+", logOf)
    assert(outcomes.includes("OutcomeUnknown"))
  })

  test("commits that share a failed fsync are all unknown", { skip }, async () => {
    const { outcomes } = await trace("crowd", "inject=fsync,fdatasync:error=EIO:when=3", logOf)
    assert.deepEqual(outcomes, ["OutcomeUnknown", "OutcomeUnknown", "OutcomeUnknown"])
  })

  test("a commit that was sent before an fsync failed is refused after it", { skip }, async () => {
    const inject = "inject=fsync,fdatasync:error=EIO:delay_enter=1000000:when=3"
    const { outcomes } = await trace("latecomer", inject, logOf)
    assert.deepEqual(outcomes, ["OutcomeUnknown", "StoreReadOnly"])
  })

  test("a commit on a full disk is not applied, and the store continues", { skip }, async () => {
    const { outcomes } = await trace("commits", "inject=pwrite64:error=ENOSPC:when=4", logOf)
    assert.deepEqual(outcomes, ["StoreFull", "applied", "row 2"])
  })

  test("when the disk is full for a crowd of commits each is tried alone", { skip }, async () => {
    const { outcomes } = await trace("crowd", "inject=pwrite64:error=ENOSPC:when=4..5", logOf)
    assert.deepEqual(outcomes, ["StoreFull", "applied", "applied"])
  })

  test(
    "a checkpoint on a full disk is tried again later, and deletions go through",
    { skip },
    async () => {
      const database = (directory: string): string => join(directory, "metadata.sqlite")
      const { outcomes } = await trace("checkpoint", "inject=pwrite64:error=ENOSPC", database)
      assert.deepEqual(outcomes, ["applied", "applied"])
    },
  )

  test("after a checkpoint whose fsync failed nothing is written", { skip }, async () => {
    const database = (directory: string): string => join(directory, "metadata.sqlite")
    const inject = "inject=fsync,fdatasync:error=EIO:when=1"
    const { outcomes } = await trace("checkpoint", inject, database)
    assert.deepEqual(outcomes, ["applied", "StoreReadOnly"])
  })

  test(
    "after a failed fsync of the log nothing is written or deleted among the blobs either",
    { skip },
    async () => {
      const inject = "inject=fsync,fdatasync:error=EIO:when=3"
      const { outcomes, blobs } = await trace("both", inject, logOf)
      const refused = ["BlobStoreReadOnly", "StoreReadOnly", "BlobStoreReadOnly"]
      assert.deepEqual(outcomes, ["OutcomeUnknown", ...refused, "BlobStoreReadOnly"])
      assert.deepEqual(blobs, [100_000, undefined, undefined])
    },
  )

  test("after a failed fsync of a blob no row is written either", { skip }, async () => {
    const inject = "inject=fsync,fdatasync:error=EIO:when=1"
    const blobOne = (directory: string): string => pathOf(directory, "1")
    const { outcomes, blobs } = await trace("both", inject, blobOne)
    const refused = ["BlobStoreReadOnly", "StoreReadOnly", "BlobStoreReadOnly"]
    assert.deepEqual(outcomes, ["applied", ...refused, "BlobStoreReadOnly"])
    assert.deepEqual(blobs, [100_000, undefined, undefined])
  })

  test("a write that accepted fewer bytes than it was given is continued", { skip }, async () => {
    // The kernel is made to claim bytes that it did not write, and then to fail once: libuv continues by itself after the
    // first, and returns what it has so far after the second.
    const inject = `inject=pwritev:retval=${TAKEN_BYTES}:when=1`
    const failOnce = "inject=pwrite64:error=EIO:when=1"
    const blobOne = (directory: string): string => pathOf(directory, "1")
    const { outcomes, blobs } = await trace("pieces", [inject, failOnce], blobOne)
    assert.deepEqual(outcomes, ["continued"])
    assert.deepEqual(blobs, [100_000, 150_000, undefined])
  })

  test(
    "after a blob whose fsync failed no other blob is created, and reads go on",
    { skip },
    async () => {
      const inject = "inject=fsync,fdatasync:error=EIO:when=1"
      const { outcomes, blobs } = await trace("blobs", inject, (directory) =>
        pathOf(directory, "1"),
      )
      assert.deepEqual(outcomes, ["BlobStoreReadOnly", "BlobStoreReadOnly", "reads"])
      assert.deepEqual(blobs, [100_000, undefined, undefined])
    },
  )

  test("after a folder whose fsync failed no blob is created", { skip }, async () => {
    const inject = "inject=fsync,fdatasync:error=EIO:when=1"
    const { outcomes, blobs } = await trace("blobs", inject, (directory) =>
      join(directory, "blobs", "11"),
    )
    assert.deepEqual(outcomes, ["BlobStoreReadOnly", "BlobStoreReadOnly", "reads"])
    assert.deepEqual(blobs, [100_000, undefined, undefined])
  })

  test("a blob on a full disk leaves no file, and the store continues", { skip }, async () => {
    const inject = "inject=pwrite64:error=ENOSPC"
    const { outcomes, blobs } = await trace("blobs", inject, (directory) => pathOf(directory, "1"))
    assert.deepEqual(outcomes, ["BlobStoreFull", "applied", "reads"])
    assert.deepEqual(blobs, [100_000, undefined, 100_000])
  })
}

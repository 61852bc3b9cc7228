// Every part of a data directory missing, older or newer than the rest: whatever a start does with it, no blob is lost,
// and a refused start says what to do.
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import pino from "pino"
import { systemClock } from "../../src/base/clock.ts"
import { openDataDirectory, type OpenedData } from "../../src/data-directory.ts"
import { addRecoveryWrap } from "../../src/kms/root-key/root-key.ts"
import { createBudget, takeLease } from "../../src/keeper/keeper.ts"
import { sweepJob } from "../../src/objects/jobs/sweep.ts"
import { newBlobId } from "../../src/storage/blob-store.ts"
import { newCommit } from "../../src/storage/commit.ts"
import { rowKey } from "../../src/storage/row-keys.ts"
import type { Acceptance } from "../../src/storage/local/start-refused.ts"

const log = pino({ level: "silent" })
const UNLOCK = { kind: "key-file", path: undefined } as const

/** Where a part of the directory comes from; "same" is the state of the rest. */
const STATES = ["same", "missing", "older", "newer"] as const
type State = (typeof STATES)[number]

const PARTS = {
  database: "metadata.sqlite",
  log: "metadata.sqlite-wal",
  wraps: "root-key",
  blobs: "blobs",
} as const
type Part = keyof typeof PARTS

let parent = ""
let ages: Record<Exclude<State, "missing">, string>

async function open(directory: string, accept: Acceptance = {}): Promise<OpenedData> {
  const surroundings = { region: "cn-hangzhou", clock: systemClock, log }
  return await openDataDirectory(directory, UNLOCK, surroundings, { accept })
}

async function writeSomething(data: OpenedData): Promise<void> {
  const writer = await data.store.blobs.create(newBlobId(systemClock.nowMs()))
  await writer.write([Buffer.alloc(10_000, 1)])
  await writer.commit()
  const writes = [{ key: rowKey("job", "row"), value: Buffer.alloc(3000), expect: "any" as const }]
  await data.metadata.commit(newCommit(systemClock, { guards: [], writes }))
}

/**
 * The state of an open directory, as a crash would leave it. Another process copies it, so that no lock is released.
 */
function snapshot(directory: string, name: string): string {
  const copy = join(parent, name)
  execFileSync("cp", ["-a", directory, copy])
  rmSync(join(copy, "metadata.sqlite-shm"), { force: true })
  return copy
}

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "osseal-combinations-"))
  const directory = join(parent, "data")
  const snapshots: string[] = []
  for (const name of ["older", "same", "newer"]) {
    const data = await open(directory)
    await writeSomething(data)
    if (name === "newer" && data.root !== undefined) await addRecoveryWrap(directory, data.root)
    snapshots.push(snapshot(directory, name))
    await data.close()
  }
  const [older = "", same = "", newer = ""] = snapshots
  ages = { older, same, newer }
})

after(() => {
  rmSync(parent, { recursive: true, force: true })
})

function build(directory: string, states: Readonly<Record<Part, State>>): void {
  mkdirSync(directory)
  const parts = new Set<string>(Object.values(PARTS))
  for (const name of readdirSync(ages.same)) {
    if (!parts.has(name)) cpSync(join(ages.same, name), join(directory, name), { recursive: true })
  }
  for (const [part, name] of Object.entries(PARTS)) {
    const state = states[part as Part]
    if (state === "missing") continue
    cpSync(join(ages[state], name), join(directory, name), { recursive: true })
  }
}

/** Every blob file, in use or set aside, by its id. */
function blobsIn(directory: string): string[] {
  return ["blobs", "blobs-quarantine"]
    .filter((folder) => existsSync(join(directory, folder)))
    .flatMap((folder) =>
      readdirSync(join(directory, folder), { recursive: true, encoding: "utf8" }),
    )
    .flatMap((path) => /[0-9a-f]{32}/.exec(path) ?? [])
    .sort()
}

/** How a start ends; every blob must still exist after it. */
async function start(directory: string, accept: Acceptance): Promise<string> {
  const blobs = blobsIn(directory)
  try {
    const data = await open(directory, accept)
    const lease = await takeLease(data.store)
    const budget = createBudget(lease, new AbortController().signal)
    await sweepJob(data.store).run(undefined, budget)
    await data.close()
    return "started"
  } catch (error) {
    assert.ok(error instanceof Error)
    assert.match(error.name, /^(StartRefused|RootKeyError)$/, error.message)
    assert.match(error.message, /restore/)
    return error.message
  } finally {
    assert.deepEqual(blobsIn(directory), blobs, "no blob is lost")
  }
}

/** What a start must do. The wraps are of one root key at any age, and blobs do not matter to a start. */
function expected({ database, log: wal, wraps }: Readonly<Record<Part, State>>): RegExp {
  if (database === "missing") return /but no metadata\.sqlite/
  if (wal === "missing") return /--accept-missing-log/
  if (database !== "same" || wal !== "same") return /belongs to another state of the database/
  return wraps === "missing" ? /holds data but no root key/ : /^started$/
}

const combinations = STATES.flatMap((database) =>
  STATES.flatMap((wal) =>
    STATES.flatMap((wraps) => STATES.map((blobs) => ({ database, log: wal, wraps, blobs }))),
  ),
)

describe("after a crash, every part missing, older or newer", () => {
  for (const states of combinations) {
    test(Object.entries(states).flat().join(" "), async () => {
      const directory = join(parent, Object.values(states).join("-"))
      build(directory, states)
      assert.match(await start(directory, {}), expected(states))
      rmSync(directory, { recursive: true })
    })
  }
})

/** A directory that was closed cleanly, so that its database is complete without a log. */
async function closedFrom(age: "older" | "same", name: string): Promise<string> {
  const directory = join(parent, name)
  cpSync(ages[age], directory, { recursive: true })
  await (await open(directory)).close()
  return directory
}

test("an older database with newer files is refused, and accepted only by its flag", async () => {
  const directory = await closedFrom("same", "closed-same")
  const older = await closedFrom("older", "closed-older")
  cpSync(join(older, "metadata.sqlite"), join(directory, "metadata.sqlite"))
  assert.match(await start(directory, {}), /is older than the files .* --accept-older-database/)
  assert.match(await start(directory, { missingLog: true }), /older/)
  assert.equal(await start(directory, { olderDatabase: true }), "started")
  assert.equal(await start(directory, {}), "started")
})

test("a missing log is accepted only by its flag", async () => {
  const directory = join(parent, "accepted-log")
  build(directory, { database: "same", log: "missing", wraps: "same", blobs: "newer" })
  assert.match(await start(directory, { olderDatabase: true }), /--accept-missing-log/)
  assert.equal(await start(directory, { missingLog: true }), "started")
  assert.equal(await start(directory, {}), "started")
})

test("a log next to a database that was closed cleanly is not replayed", async () => {
  const directory = await closedFrom("same", "closed-with-log")
  const database = readFileSync(join(directory, "metadata.sqlite"))
  cpSync(join(ages.older, "metadata.sqlite-wal"), join(directory, "metadata.sqlite-wal"))
  assert.match(await start(directory, {}), /move metadata\.sqlite-wal away/)
  assert.deepEqual(readFileSync(join(directory, "metadata.sqlite")), database)
})

test("blobs with an empty database, and blobs alone, are refused and create no root key", async () => {
  for (const isEmpty of [true, false]) {
    const directory = join(parent, `blobs-alone-${isEmpty}`)
    mkdirSync(directory)
    cpSync(join(ages.same, "blobs"), join(directory, "blobs"), { recursive: true })
    if (isEmpty) writeFileSync(join(directory, "metadata.sqlite"), "")
    assert.match(await start(directory, {}), /restore/)
    assert.ok(!existsSync(join(directory, "root-key")))
    assert.ok(!existsSync(join(directory, "unlock.key")))
  }
})

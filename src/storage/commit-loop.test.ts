import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "../base/clock.ts"
import { utf8 } from "../base/bytes.ts"
import { CommitContended, commitProposal, type Proposal } from "./commit-loop.ts"
import { createMemoryMetadataStore } from "./memory/metadata-store.ts"
import {
  type Commit,
  type CommitResult,
  type Expect,
  type MetadataStore,
  OutcomeUnknown,
  StoreFull,
  type Version,
  type Write,
} from "./metadata-store.ts"
import { rowKey } from "./row-keys.ts"

const KEY = rowKey("settings", "row")
const clock = fakeClock(0)

/** A store that records what it was sent, and the parts of a loop over it. `around` stands in for the connection. */
function connect(
  around: (commit: () => Promise<CommitResult>, sends: number) => Promise<CommitResult> = (
    commit,
  ) => commit(),
): { metadata: MetadataStore; clock: typeof clock; sent: Commit[] } {
  const memory = createMemoryMetadataStore()
  const sent: Commit[] = []
  const metadata: MetadataStore = {
    ...memory,
    commit(commit) {
      sent.push(commit)
      return around(() => memory.commit(commit), sent.length)
    },
  }
  return { metadata, clock, sent }
}

function write(value: string | null, expect: Expect = "any"): Write {
  return { key: KEY, value: value === null ? null : utf8(value), expect }
}

async function rowOf(metadata: MetadataStore): Promise<{ text: string; version: Version }> {
  const [row] = await metadata.get([KEY])
  assert.ok(row)
  return { text: Buffer.from(row.value).toString(), version: row.version }
}

/** The row's marks plus one more. */
async function appended(metadata: MetadataStore): Promise<Proposal<string>> {
  const [row] = await metadata.get([KEY])
  const text = `${row === undefined ? "" : Buffer.from(row.value).toString()}x`
  return { writes: [write(text, row?.version ?? "absent")], result: text }
}

test("an applied proposal returns its result, what it displaced and the version of its rows", async () => {
  const parts = connect()
  await commitProposal(parts, () => ({ writes: [write("old")], result: undefined }))
  const committed = await commitProposal(parts, () => ({ writes: [write("new")], result: 7 }))
  assert.equal(committed.result, 7)
  assert.deepEqual(committed.displaced, [{ key: KEY, value: utf8("old") }])
  assert.deepEqual(await rowOf(parts.metadata), { text: "new", version: committed.version })
})

test("a proposal without writes is not sent, even with guards", async () => {
  const parts = connect()
  const guards = [{ key: KEY, version: 1n as Version }]
  const committed = await commitProposal(parts, () => ({ guards, writes: [], result: "none" }))
  assert.deepEqual(committed, { result: "none", displaced: [], version: undefined })
  assert.deepEqual(parts.sent, [])
})

test("after a conflict the proposal is made again, and only the first may use earlier reads", async () => {
  const parts = connect()
  const before = await commitProposal(parts, () => ({ writes: [write("")], result: undefined }))
  await commitProposal(parts, () => ({ writes: [write("theirs ")], result: undefined }))
  const firsts: boolean[] = []
  const committed = await commitProposal(parts, ({ isFirst }) => {
    firsts.push(isFirst)
    if (!isFirst) return appended(parts.metadata)
    assert.ok(before.version !== undefined)
    return { writes: [write("x", before.version)], result: "x" }
  })
  assert.deepEqual(firsts, [true, false])
  assert.equal(committed.result, "theirs x")
  assert.equal((await rowOf(parts.metadata)).text, "theirs x")
  assert.equal(new Set(parts.sent.map(({ id }) => id)).size, parts.sent.length)
})

test("a guard that does not hold is also a conflict", async () => {
  const parts = connect()
  const { version } = await commitProposal(parts, () => ({ writes: [write("")], result: 0 }))
  assert.ok(version !== undefined)
  const other = { key: rowKey("settings", "other"), value: utf8("x"), expect: "any" as const }
  let attempts = 0
  await commitProposal(parts, () => {
    attempts += 1
    const guarded = attempts < 3 ? ((version ^ 1n) as Version) : version
    return { guards: [{ key: KEY, version: guarded }], writes: [other], result: undefined }
  })
  assert.equal(attempts, 3)
})

test("loops that change one row together lose no change", async () => {
  const parts = connect()
  const change = (): Promise<unknown> => commitProposal(parts, () => appended(parts.metadata))
  await Promise.all(Array.from({ length: 20 }, change))
  assert.equal((await rowOf(parts.metadata)).text, "x".repeat(20))
})

test("a proposal that breaks a rule ends the loop, and does nothing", async () => {
  const parts = connect()
  await commitProposal(parts, () => ({ writes: [write("there")], result: undefined }))
  const broken = commitProposal(parts, ({ isFirst }) => {
    if (!isFirst) throw new RangeError("no longer allowed")
    return { writes: [write("mine", "absent")], result: undefined }
  })
  await assert.rejects(broken, RangeError)
  assert.equal((await rowOf(parts.metadata)).text, "there")
})

test("a commit whose outcome is unknown is sent again under its own id, and applied once", async () => {
  // The first answer is lost after the store has applied the commit, the second before the commit arrived.
  const parts = connect(async (commit, sends) => {
    if (sends === 1) await commit()
    if (sends < 3) throw new OutcomeUnknown("the connection broke")
    return await commit()
  })
  let attempts = 0
  const committed = await commitProposal(parts, () => {
    attempts += 1
    return { writes: [write("mine", "absent")], result: undefined }
  })
  assert.equal(attempts, 1)
  assert.equal(committed.displaced, "unknown")
  assert.equal(new Set(parts.sent.map(({ id }) => id)).size, 1)
  assert.equal(parts.sent.length, 3)
  const row = await rowOf(parts.metadata)
  assert.deepEqual(row, { text: "mine", version: committed.version })
})

test("an outcome that stays unknown is reported as unknown after a few sends", async () => {
  const parts = connect(() => Promise.reject(new OutcomeUnknown("the connection broke")))
  const proposed = commitProposal(parts, () => ({ writes: [write("x")], result: undefined }))
  await assert.rejects(proposed, OutcomeUnknown)
  assert.equal(parts.sent.length, 5)
  assert.equal(new Set(parts.sent.map(({ id }) => id)).size, 1)
})

test("a commit that the store refuses is not tried again", async () => {
  const parts = connect(() => Promise.reject(new StoreFull("no room")))
  const proposed = commitProposal(parts, () => ({ writes: [write("x")], result: undefined }))
  await assert.rejects(proposed, StoreFull)
  assert.equal(parts.sent.length, 1)
})

test("a loop that never wins reports it after a bounded number of attempts", async () => {
  const parts = connect()
  await commitProposal(parts, () => ({ writes: [write("theirs")], result: undefined }))
  let attempts = 0
  const proposed = commitProposal(parts, () => {
    attempts += 1
    return { writes: [write("mine", "absent")], result: undefined }
  })
  await assert.rejects(proposed, CommitContended)
  assert.equal(attempts, 50)
  assert.equal((await rowOf(parts.metadata)).text, "theirs")
})

test("a proposal that only deletes is a release, even when a ledger is written along", async () => {
  const parts = connect()
  const row = rowKey("bucket", "name")
  const made = { key: row, value: utf8("bucket"), expect: "absent" as const }
  const { version } = await commitProposal(parts, () => ({ writes: [made], result: 0 }))
  assert.ok(version)
  const gone = { key: row, value: null, expect: version }
  await commitProposal(parts, () => ({ writes: [gone], result: 0 }))
  const isRelease = parts.sent.map((commit) => commit.isRelease ?? false)
  assert.deepEqual(isRelease, [false, true])
})

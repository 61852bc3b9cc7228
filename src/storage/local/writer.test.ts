import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import pino from "pino"
import { systemClock } from "../../base/clock.ts"
import { newCommit } from "../commit.ts"
import { type Commit, type CommitId, OutcomeUnknown, StoreReadOnly } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createReadOnlyState } from "./read-only-state.ts"
import { createRowChanges } from "./row-changes.ts"
import { startWriter } from "./writer.ts"

function putRow(): Commit {
  const write = { key: rowKey("settings", "row"), value: Buffer.of(1), expect: "any" as const }
  return newCommit(systemClock, { guards: [], writes: [write] })
}

/** Its id is shorter than a valid one, so the thread misreads the number of guards, fails and ends. */
function malformed(): Commit {
  const write = { key: Buffer.alloc(200, 0xff), value: null, expect: "any" as const }
  return { ...newCommit(systemClock, { guards: [], writes: [write] }), id: "" as CommitId }
}

test("when the writer thread ends by itself, waiting commits are unknown and no more are accepted", async () => {
  const directory = mkdtempSync(join(tmpdir(), "osseal-writer-"))
  const state = createReadOnlyState(pino({ level: "silent" }))
  const writer = await startWriter(join(directory, "metadata.sqlite"), {
    state,
    changes: createRowChanges(),
    accept: {},
    accepted: () => undefined,
  })
  assert.equal((await writer.commit(putRow())).outcome, "applied")

  const together = [malformed(), putRow()].map((commit) => writer.commit(commit))
  await Promise.all(together.map((waiting) => assert.rejects(waiting, OutcomeUnknown)))
  await assert.rejects(writer.commit(putRow()), StoreReadOnly)
  assert.notEqual(state.reason(), undefined)
  await writer.close()
  rmSync(directory, { recursive: true })
})

test("closing a writer answers the waiting commits, and does not make it read-only", async () => {
  const directory = mkdtempSync(join(tmpdir(), "osseal-writer-"))
  const state = createReadOnlyState(pino({ level: "silent" }))
  const writer = await startWriter(join(directory, "metadata.sqlite"), {
    state,
    changes: createRowChanges(),
    accept: {},
    accepted: () => undefined,
  })
  const waiting = writer.commit(putRow())
  const closed = writer.close()
  assert.equal((await waiting).outcome, "applied")
  await closed
  await assert.rejects(writer.commit(putRow()), StoreReadOnly)
  assert.equal(state.reason(), undefined)
  rmSync(directory, { recursive: true })
})

import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import { assertDefined } from "../../base/assert.ts"
import { utf8 } from "../../base/bytes.ts"
import { fakeClock } from "../../base/clock.ts"
import { newCommit } from "../commit.ts"
import type { Commit } from "../metadata-store.ts"
import { rowKey } from "../row-keys.ts"
import { createTransactions, type RunTransaction } from "./apply-commits.ts"
import { openForWriting } from "./schema.ts"

interface Opened {
  readonly database: DatabaseSync
  readonly run: RunTransaction
}

function inDatabase(prove: (opened: Opened) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "osseal-apply-"))
  const database = openForWriting(join(directory, "metadata.sqlite"))
  try {
    prove({ database, run: createTransactions(database) })
  } finally {
    database.close()
    rmSync(directory, { recursive: true })
  }
}

function counting(name: string, group: string, bytes: number): Commit {
  const tally = { group: utf8(group), bytes }
  const row = { key: rowKey("settings", name), value: Buffer.of(1), expect: "any" as const, tally }
  return newCommit(fakeClock(0), { guards: [], writes: [row] })
}

test("a group costs one update in a transaction, however many of its commits count in it", () =>
  inDatabase(({ database, run }) => {
    database.exec("CREATE TABLE updates (id INTEGER PRIMARY KEY)")
    database.exec(
      "CREATE TRIGGER counted AFTER UPDATE ON groups BEGIN INSERT INTO updates VALUES (NULL); END",
    )
    run(Array.from({ length: 100 }, (_, each) => counting(`row ${each}`, "hot", each)))
    run(Array.from({ length: 100 }, (_, each) => counting(`row ${each}`, "hot", 1)))
    assert.equal(database.prepare("SELECT count(*) AS n FROM updates").get()?.["n"], 2)
    const sums = database.prepare("SELECT rows, bytes FROM groups").all()
    assert.deepEqual(
      sums.map((sum) => ({ ...sum })),
      [{ rows: 100, bytes: 100 }],
    )
  }))

test("a transaction that is rolled back counts nothing, nor does it affect the next one", () =>
  inDatabase(({ database, run }) => {
    const sums = (): object[] =>
      database
        .prepare("SELECT rows, bytes FROM groups")
        .all()
        .map((sum) => ({ ...sum }))
    run([counting("row", "group", 1)])
    const [first, second] = [counting("new", "fresh", 5), counting("row", "group", 9)]
    database.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON groups BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    assert.throws(() => run([first, second]), /full/)
    database.exec("DROP TRIGGER full")
    assert.deepEqual(sums(), [{ rows: 1, bytes: 1 }])
    // Nothing of it was applied, so it may be sent again.
    run([first, second])
    assert.deepEqual(sums(), [
      { rows: 1, bytes: 9 },
      { rows: 1, bytes: 5 },
    ])
  }))

test("the last 10,000 commits are recognized when they are sent again, and few more are kept", () =>
  inDatabase(({ database, run }) => {
    const commits = Array.from({ length: 10_600 }, () => counting("row", "group", 1))
    run(commits)
    const oldest = assertDefined(commits.at(-10_000), "more were applied")
    assert.deepEqual(run([oldest]), [{ outcome: "applied", displaced: "unknown" }])
    const kept = database.prepare("SELECT count(*) AS kept FROM commits").get()
    assert.ok(Number(kept?.["kept"]) < 10_300)
  }))

test("a large value leaves nothing behind when it is replaced or deleted", () =>
  inDatabase(({ database, run }) => {
    const key = rowKey("settings", "row")
    const kept = database.prepare("SELECT count(*) AS kept FROM large")
    const keptAfter = (value: Uint8Array | null): unknown => {
      run([newCommit(fakeClock(0), { guards: [], writes: [{ key, value, expect: "any" }] })])
      return kept.get()?.["kept"]
    }
    const large = Buffer.alloc(10_000)
    assert.deepEqual([large, large, Buffer.of(1), large, null].map(keptAfter), [1, 1, 0, 1, 0])
  }))

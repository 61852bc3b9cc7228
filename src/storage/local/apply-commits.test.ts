import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { assertDefined } from "../../base/assert.ts"
import { fakeClock } from "../../base/clock.ts"
import { newCommit } from "../commit.ts"
import { rowKey } from "../row-keys.ts"
import { createApplyCommit } from "./apply-commits.ts"
import { openForWriting } from "./schema.ts"

test("the last 10,000 commits are known when they are sent again, and not many more are kept", () => {
  const directory = mkdtempSync(join(tmpdir(), "osseal-apply-"))
  const database = openForWriting(join(directory, "metadata.sqlite"))
  const apply = createApplyCommit(database)
  const write = { key: rowKey("settings", "row"), value: Buffer.of(1), expect: "any" as const }
  const commits = Array.from({ length: 10_600 }, () =>
    newCommit(fakeClock(0), { guards: [], writes: [write] }),
  )
  database.exec("BEGIN IMMEDIATE")
  for (const commit of commits) apply(commit)
  const oldest = assertDefined(commits.at(-10_000), "more were applied")
  assert.deepEqual(apply(oldest), { outcome: "applied", displaced: "unknown" })
  const kept = database.prepare("SELECT count(*) AS kept FROM commits").get()
  assert.ok(Number(kept?.["kept"]) < 10_300)
  database.exec("COMMIT")
  database.close()
  rmSync(directory, { recursive: true })
})

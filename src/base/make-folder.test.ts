import assert from "node:assert/strict"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { makeFolder } from "./make-folder.ts"

test("a folder is made with those above it, for this user only, and once", (t) => {
  const root = mkdtempSync(join(tmpdir(), "osseal-folder-"))
  t.after(() => rmSync(root, { recursive: true }))
  const folder = join(root, "a/b/c")
  assert.deepEqual([makeFolder(folder), makeFolder(folder)], [true, false])
  for (const each of ["a", "a/b", "a/b/c"]) {
    assert.equal(statSync(join(root, each)).mode & 0o777, 0o700)
  }
})

test(
  "a folder that the file system refuses is an error, not an endless loop",
  { skip: process.platform !== "linux" && "/proc is a file system of Linux" },
  () => {
    assert.throws(() => makeFolder("/proc/osseal-folder/a"), { code: "ENOENT" })
  },
)

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { compatibilityPage } from "../scripts/compatibility-page.ts"

test("COMPATIBILITY.md says what the operation tables say", async () => {
  const path = join(import.meta.dirname, "..", "COMPATIBILITY.md")
  assert.equal(readFileSync(path, "utf8"), await compatibilityPage())
})

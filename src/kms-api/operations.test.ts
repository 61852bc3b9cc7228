import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import { test } from "node:test"
import { OPERATION_NAMES, UNIMPLEMENTED_NAMES } from "./operation-names.ts"
import { findOperation, OPERATIONS } from "./operations/index.ts"

const kebab = (name: string): string => name.replaceAll(/\B[A-Z]/g, "-$&").toLowerCase()

test("every operation is listed under its own name, and its file has that name", () => {
  for (const name of OPERATION_NAMES) {
    assert.equal(OPERATIONS[name].name, name)
    assert.equal(findOperation(name), OPERATIONS[name])
  }
  const files = readdirSync(new URL("operations", import.meta.url)).sort()
  assert.deepEqual(
    files,
    [...OPERATION_NAMES.map((name) => `${kebab(name)}.ts`), "index.ts"].sort(),
  )
})

test("no action is listed both as implemented and as not implemented", () => {
  for (const name of OPERATION_NAMES) assert.equal(UNIMPLEMENTED_NAMES.has(name), false)
})

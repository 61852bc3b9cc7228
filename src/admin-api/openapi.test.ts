import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { createConfig, lintFromString } from "@redocly/openapi-core"
import { openApiDocument } from "./openapi.ts"

const path = join(import.meta.dirname, "..", "..", "docs", "admin-api.openapi.json")

test("the OpenAPI document matches the contracts: run npm run openapi when they change", () => {
  assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), openApiDocument())
})

test("the OpenAPI document passes a linter", async () => {
  const config = await createConfig({ extends: ["recommended-strict"] })
  const problems = await lintFromString({ source: readFileSync(path, "utf8"), config })
  const told = problems.map(({ message, location }) => `${message} ${location[0]?.pointer ?? ""}`)
  assert.deepEqual(told, [])
})

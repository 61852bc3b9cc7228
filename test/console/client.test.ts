import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { CLIENT_FILE, clientText } from "../../scripts/console-client.ts"

test("the types of the console's client are those of the OpenAPI document", async () => {
  const isCurrent = readFileSync(CLIENT_FILE, "utf8") === (await clientText())
  assert.ok(isCurrent, "run `npm run console -- client`")
})

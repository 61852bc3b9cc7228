// Writes the OpenAPI document of the admin API from its contracts; the test of admin-api reports when it is out of
// date.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { openApiDocument } from "../src/admin-api/openapi.ts"

const path = join(import.meta.dirname, "..", "docs", "admin-api.openapi.json")
writeFileSync(path, `${JSON.stringify(openApiDocument(), null, 2)}\n`)

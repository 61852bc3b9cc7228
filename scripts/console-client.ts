// Generates the types of the console's client from the OpenAPI document of the admin API.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import openapiTS, { astToString } from "openapi-typescript"

const ROOT = join(import.meta.dirname, "..")
const DOCUMENT = join(ROOT, "docs", "admin-api.openapi.json")

/** Where the console imports them. */
export const CLIENT_FILE: string = join(ROOT, "console", "src", "api", "schema.ts")

/** The expected text of that file. */
export async function clientText(): Promise<string> {
  const document = readFileSync(DOCUMENT, "utf8")
  // A field with a default may be omitted from a request.
  const nodes = await openapiTS(document, { defaultNonNullable: false, alphabetize: true })
  return `// Generated from docs/admin-api.openapi.json by npm run console -- client. Do not edit.\n${astToString(nodes)}`
}

// Writes COMPATIBILITY.md from the operation tables; with --check it only reports whether the file is up to date.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { compatibilityPage } from "./compatibility-page.ts"

const path = join(import.meta.dirname, "..", "COMPATIBILITY.md")
const page = await compatibilityPage()
if (process.argv.includes("--check")) {
  const isCurrent = readFileSync(path, "utf8") === page
  if (!isCurrent) {
    process.stderr.write("COMPATIBILITY.md is out of date: run npm run compatibility\n")
    process.exitCode = 1
  }
} else {
  writeFileSync(path, page)
}

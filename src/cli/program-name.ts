import { readEnvironment } from "../config.ts"

/** How this program was called, for lines that users paste. */
export function programName(): string {
  if (import.meta.filename.endsWith(".ts")) return "npm run --silent osseal --"
  const [, program = ""] = process.argv
  const isLocal = program.startsWith(process.cwd()) && program.includes("node_modules")
  return isLocal || readEnvironment()["npm_command"] === "exec" ? "npx osseal" : "osseal"
}

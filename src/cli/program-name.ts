import { readEnvironment } from "../config.ts"

/** How this program is called where it runs, for lines that are to be pasted. */
export function programName(): string {
  if (import.meta.filename.endsWith(".ts")) return "npm run --silent osseal --"
  const [, program = ""] = process.argv
  const isLocal = program.startsWith(process.cwd()) && program.includes("node_modules")
  return isLocal || readEnvironment()["npm_command"] === "exec" ? "npx osseal" : "osseal"
}

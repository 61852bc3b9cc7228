import { existsSync, mkdirSync } from "node:fs"
import { dirname } from "node:path"

/**
 * Makes a folder and those above it, for this user only. Returns whether it was missing. Throws what mkdirSync throws.
 * Node's own `recursive` never returns where folders cannot be made although the one above exists, as in /proc or below an
 * automounter: it takes the refusal for a missing parent.
 */
export function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 })
    return true
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined
    if (code === "EEXIST") return false
    if (code !== "ENOENT" || existsSync(dirname(folder))) throw error
  }
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
  return true
}

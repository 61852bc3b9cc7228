import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { hasCode } from "./blob-files.ts"

/** What DIR/store.json says about the database beside it. */
export interface StoreFile {
  /** The same in the database's own row. */
  readonly id: string
  /** The number of opens and closes. The database counts too, and an older copy of it has a lower number. */
  readonly generation: number
  /**
   * Whether the database needs its log: it exists while the store is open and after a crash, and is gone after a clean
   * end.
   */
  readonly log: "none" | "needed"
  /** The first salt of the log's header when it was last read; unknown before its first commit. */
  readonly logSalt?: number | undefined
  /** The generation of the database file without its log when it was opened. It is never lower later. */
  readonly bareGeneration?: number | undefined
}

/** The file is overwritten in place, at a fixed size, so that a full disk does not keep it from changing. */
const FILE_BYTES = 256

function storePath(directory: string): string {
  return join(directory, "store.json")
}

/** undefined when the file is missing or damaged: then nothing is known, and nothing is refused for it. */
export function readStoreFile(directory: string): StoreFile | undefined {
  try {
    return parseStoreFile(JSON.parse(readFileSync(storePath(directory), "utf8")))
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, "ENOENT")) return undefined
    throw error
  }
}

function parseStoreFile(value: unknown): StoreFile | undefined {
  const { id, generation, log, logSalt, bareGeneration } = (value ?? {}) as Partial<
    Record<string, unknown>
  >
  if (typeof id !== "string" || typeof generation !== "number") return undefined
  if (log !== "none" && log !== "needed") return undefined
  return {
    id,
    generation,
    log,
    logSalt: numberOrNone(logSalt),
    bareGeneration: numberOrNone(bareGeneration),
  }
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined
}

/** Durable when it returns. On a full disk a missing file is not created. */
export function writeStoreFile(directory: string, content: StoreFile): void {
  try {
    writeDurably(storePath(directory), `${JSON.stringify(content).padEnd(FILE_BYTES - 1)}\n`)
    const folder = openSync(directory, "r")
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch (error) {
    if (!hasCode(error, "ENOSPC") && !hasCode(error, "EDQUOT")) throw error
  }
}

function writeDurably(path: string, text: string): void {
  const file = openInPlace(path)
  try {
    writeSync(file, text, 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** "r+" overwrites the file and takes no new block. */
function openInPlace(path: string): number {
  try {
    return openSync(path, "r+")
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error
    return openSync(path, "wx", 0o600)
  }
}

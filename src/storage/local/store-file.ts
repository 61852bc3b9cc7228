import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { hasCode } from "./blob-files.ts"

/** What DIR/store.json tells about the database beside it. */
export interface StoreFile {
  /** The same in the database's own row. */
  readonly id: string
  /** How often the database was opened and closed; the database counts too, and an older copy of it counts less. */
  readonly generation: number
  /** What the database's log must be: there while the store is open and after a crash, gone after a clean end. */
  readonly log: "none" | "needed"
  /** The first salt of the log's header when it was last looked at; unknown before its first commit. */
  readonly logSalt?: number | undefined
  /** What the database file alone, without its log, counted when it was opened; it never counts less later. */
  readonly bareGeneration?: number | undefined
}

/** It is written over in place, at one size, so that a full disk does not keep it from changing. */
const FILE_BYTES = 256

function storePath(directory: string): string {
  return join(directory, "store.json")
}

/** undefined when there is none, or it is damaged: then nothing is known, and nothing is refused for it. */
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

/** Durable when it returns. On a full disk a file that is not there yet stays away. */
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

/** "r+" writes over what is there and takes no new block. */
function openInPlace(path: string): number {
  try {
    return openSync(path, "r+")
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error
    return openSync(path, "wx", 0o600)
  }
}

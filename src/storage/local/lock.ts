import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { SQLITE_BUSY, sqliteCodeOf } from "./sqlite-codes.ts"

const OWNER_BYTES = 32

/** Another process has the directory. */
export class DirectoryInUse extends Error {
  override name = "DirectoryInUse"
}

/**
 * Creates a missing file as an empty one that only its owner can read. An existing file is not even opened: closing it
 * would drop the locks that SQLite holds on it in this process.
 */
export function createOwnFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600))
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
  }
}

/**
 * Locks a directory for this process until `release` is called or the process ends in any way: SQLite holds a lock on a
 * small file. Throws DirectoryInUse with the pid of the process that has the directory.
 */
export function lockDirectory(directory: string): { release(): void } {
  const path = join(directory, "lock.sqlite")
  createOwnFile(path)
  const lock = new DatabaseSync(path)
  try {
    // A journal file would need room that a full disk does not have.
    lock.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE")
  } catch (error) {
    lock.close()
    if (sqliteCodeOf(error) !== SQLITE_BUSY) throw error
    throw new DirectoryInUse(
      `${directory} is in use by ${readOwner(directory)}; stop it first, or name another directory`,
    )
  }
  writeOwner(ownerPath(directory))
  return { release: () => lock.close() }
}

/**
 * Keeps other processes from locking the directory while it is read, without changing it. Returns "in use" when a
 * process has it. A directory without a lock file, such as a backup of some of the files, is not protected.
 */
export function holdOthersOff(directory: string): { release(): void } | "in use" {
  const path = join(directory, "lock.sqlite")
  if (!existsSync(path)) return { release: () => undefined }
  const lock = new DatabaseSync(path, { readOnly: true })
  try {
    // A reading transaction holds a shared lock from its first read.
    lock.exec("BEGIN; SELECT count(*) FROM sqlite_schema")
  } catch (error) {
    lock.close()
    if (sqliteCodeOf(error) !== SQLITE_BUSY) throw error
    return "in use"
  }
  return { release: () => lock.close() }
}

function ownerPath(directory: string): string {
  return join(directory, "owner.json")
}

/** Overwrites the file in place, at a fixed size, and only if there is room: a full disk must not prevent a start. */
function writeOwner(path: string): void {
  try {
    createOwnFile(path)
    const file = openSync(path, "r+")
    try {
      writeSync(file, JSON.stringify({ pid: process.pid }).padEnd(OWNER_BYTES), 0)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error
  }
}

/** Describes the process that has a directory. For messages only; what counts is the lock. */
export function readOwner(directory: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(ownerPath(directory), "utf8")) as { pid: number }
    return `process ${pid} (osseal server)`
  } catch {
    return "another osseal process"
  }
}

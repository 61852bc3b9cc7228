import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { SQLITE_BUSY, sqliteCodeOf } from "./sqlite-codes.ts"

const OWNER_BYTES = 32

/** Another process serves the directory. */
export class DirectoryInUse extends Error {
  override name = "DirectoryInUse"
}

/**
 * Makes an empty file that only its owner reads, unless there is one. An existing one is not even opened: closing it would
 * drop the locks that SQLite holds on it in this process.
 */
export function createOwnFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600))
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
  }
}

/**
 * Takes a directory for this process until `release` is called or the process ends, however it ends: the lock is one that
 * SQLite holds on a small file. Throws DirectoryInUse with the pid of the process that has it.
 */
export function lockDirectory(directory: string): { release(): void } {
  const path = join(directory, "lock.sqlite")
  createOwnFile(path)
  const lock = new DatabaseSync(path)
  try {
    // A journal in a file would need room that a full disk does not have.
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
 * Keeps others from taking the directory while it is read, without a change to it. "in use" when a process has it. A
 * directory without a lock file, such as a backup of some of the files, is held off from nobody.
 */
export function holdOthersOff(directory: string): { release(): void } | "in use" {
  const path = join(directory, "lock.sqlite")
  if (!existsSync(path)) return { release: () => undefined }
  const lock = new DatabaseSync(path, { readOnly: true })
  try {
    // A reading transaction holds a shared lock from its first read on.
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

/** Written over in place, at one size, and only if there is room: a full disk must not keep a server from starting. */
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

/** Who has a directory; for messages only, the lock itself is what counts. */
export function readOwner(directory: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(ownerPath(directory), "utf8")) as { pid: number }
    return `process ${pid} (osseal server)`
  } catch {
    return "another osseal process"
  }
}

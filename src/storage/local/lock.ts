import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { SQLITE_BUSY, sqliteCodeOf } from "./sqlite-codes.ts"

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
  const owner = join(directory, "owner.json")
  const path = join(directory, "lock.sqlite")
  createOwnFile(path)
  const lock = new DatabaseSync(path)
  try {
    lock.exec("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE")
  } catch (error) {
    lock.close()
    if (sqliteCodeOf(error) !== SQLITE_BUSY) throw error
    throw new DirectoryInUse(`${directory} is in use by ${readOwner(owner)}`)
  }
  writeFileSync(owner, JSON.stringify({ pid: process.pid }), { mode: 0o600 })
  return { release: () => lock.close() }
}

/** For the message only; the lock itself is what counts. */
function readOwner(path: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(path, "utf8")) as { pid: number }
    return `process ${pid} (osseal server)`
  } catch {
    return "another osseal process"
  }
}

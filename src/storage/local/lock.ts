import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"

/** Another process serves the directory. */
export class DirectoryInUse extends Error {
  override name = "DirectoryInUse"
}

const SQLITE_BUSY = 5

/**
 * Takes a directory for this process until `release` is called or the process ends, however it ends: the lock is one that
 * SQLite holds on a small file. Throws DirectoryInUse with the pid of the process that has it.
 */
export function lockDirectory(directory: string): { release(): void } {
  const owner = join(directory, "owner.json")
  const lock = new DatabaseSync(join(directory, "lock.sqlite"))
  try {
    lock.exec("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE")
  } catch (error) {
    lock.close()
    if (!(error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY))
      throw error
    throw new DirectoryInUse(`${directory} is in use by ${readOwner(owner)}`)
  }
  writeFileSync(owner, JSON.stringify({ pid: process.pid }), { mode: 0o600 })
  return { release: () => lock.close() }
}

/** For the message only; the lock itself is what counts. */
function readOwner(path: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(path, "utf8")) as { pid: number }
    return `process ${pid} (osseal)`
  } catch {
    return "another osseal process"
  }
}

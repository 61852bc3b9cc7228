import { constants, copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { DirectoryInUse, holdOthersOff, readOwner } from "./lock.ts"
import { checkLog, databasePath, logBytes } from "./log-check.ts"

/** A database that can be read without changing its folder. */
interface PreparedDatabase {
  /** A path or URI for SQLite. */
  readonly path: string
  release(): void
}

/**
 * While a server runs, the database is read as it is, because its log and index exist. Otherwise no process may open
 * it at the same time. Without a log, SQLite is told that the file does not change. With a log, SQLite would write an index
 * beside it, so database and log are read from a private copy in the system's temporary folder.
 */
export function prepareForReading(
  directory: string,
  { besideServer }: { readonly besideServer: boolean },
): PreparedDatabase {
  const hold = holdOthersOff(directory)
  if (hold === "in use") {
    if (besideServer) return { path: databasePath(directory), release: () => undefined }
    throw new DirectoryInUse(`${directory} is in use by ${readOwner(directory)}; stop it first`)
  }
  try {
    checkLog(directory, {})
    if (logBytes(directory) > 0) return copyPrivately(directory, hold)
    const uri = pathToFileURL(databasePath(directory))
    uri.searchParams.set("immutable", "1")
    return { path: uri.href, release: () => hold.release() }
  } catch (error) {
    hold.release()
    throw error
  }
}

function copyPrivately(directory: string, hold: { release(): void }): PreparedDatabase {
  const folder = mkdtempSync(join(tmpdir(), "osseal-reading-"))
  const release = (): void => {
    rmSync(folder, { recursive: true, force: true })
    hold.release()
  }
  try {
    const copy = databasePath(folder)
    for (const end of ["", "-wal"]) {
      copyFileSync(`${databasePath(directory)}${end}`, `${copy}${end}`, constants.COPYFILE_FICLONE)
    }
    return { path: copy, release }
  } catch (error) {
    release()
    throw error
  }
}

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { type Acceptance, StartRefused } from "./start-refused.ts"
import { readStoreFile, type StoreFile } from "./store-file.ts"

/** The offset of the first salt in the header of SQLite's log, see https://sqlite.org/fileformat2.html#walformat. */
const SALT_OFFSET = 16
const HEADER_BYTES = 32
/** SQLite increments the first salt each time it restarts the log; the salt of a foreign log is random. */
const SALT_STEPS_MAX = 2 ** 24

export function databasePath(directory: string): string {
  return join(directory, "metadata.sqlite")
}

/** The size of the database's log; 0 when there is none. */
export function logBytes(directory: string): number {
  return statSync(`${databasePath(directory)}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

/** The first salt of the log's header; undefined when the log is empty or missing. */
export function readLogSalt(directory: string): number | undefined {
  if (logBytes(directory) < HEADER_BYTES) return undefined
  const file = openSync(`${databasePath(directory)}-wal`, "r")
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    readSync(file, header, 0, HEADER_BYTES, 0)
    return header.readUInt32BE(SALT_OFFSET)
  } finally {
    closeSync(file)
  }
}

/** The generation in the database file without its log, 0 before the first; undefined when it cannot be read. */
export function readBareGeneration(directory: string): number | undefined {
  const uri = pathToFileURL(databasePath(directory))
  uri.searchParams.set("immutable", "1")
  const database = new DatabaseSync(uri, { readOnly: true })
  try {
    const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store'").get()
    if (isThere === undefined) return 0
    const generation = database.prepare("SELECT generation FROM store").get()?.["generation"]
    return typeof generation === "number" ? generation : undefined
  } catch {
    // A crash during a checkpoint leaves a file that is complete only with its log.
    return undefined
  } finally {
    database.close()
  }
}

/** Throws StartRefused unless the log belongs to the database beside it. Changes nothing. */
export function checkLog(directory: string, accept: Acceptance): void {
  const known = readStoreFile(directory)
  if (known === undefined || !existsSync(databasePath(directory))) return
  if (known.log === "needed") checkNeededLog(directory, known, accept)
  else if (logBytes(directory) > 0) throw foreignLog(directory)
}

function checkNeededLog(directory: string, known: StoreFile, accept: Acceptance): void {
  if (!existsSync(`${databasePath(directory)}-wal`)) {
    if (accept.missingLog === true) return
    throw new StartRefused(
      `${directory} was not closed cleanly, and metadata.sqlite-wal, which holds its last commits, is missing; restore that file, or the whole directory from a backup, or start once with --accept-missing-log, which loses those commits. Nothing was changed`,
    )
  }
  const salt = readLogSalt(directory)
  if (salt === undefined) return
  const bare = readBareGeneration(directory)
  const isForeign =
    bare !== undefined && (bare < (known.bareGeneration ?? 0) || bare > known.generation)
  if (isForeign) throw foreignLog(directory)
  if (known.logSalt === undefined) return
  if ((salt - known.logSalt) >>> 0 > SALT_STEPS_MAX) throw foreignLog(directory)
}

function foreignLog(directory: string): StartRefused {
  return new StartRefused(
    `metadata.sqlite-wal in ${directory} belongs to another state of the database, and would damage it; restore both from the same backup, or move metadata.sqlite-wal away. Nothing was changed`,
  )
}

/** Throws StartRefused when the directory holds the rest of a store without its database. Changes nothing. */
export function checkDatabaseExists(directory: string, rest: readonly string[]): void {
  if (rest.length === 0 || existsSync(databasePath(directory))) return
  throw new StartRefused(
    `${directory} holds ${rest.join(" and ")} but no metadata.sqlite, without which nothing in it can be read; restore metadata.sqlite, and metadata.sqlite-wal if there was one, from the same backup as the rest, or start on an empty directory. Nothing was changed`,
  )
}

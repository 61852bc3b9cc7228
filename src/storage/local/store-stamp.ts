import { existsSync } from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { uuid } from "../../base/random.ts"
import { readBareGeneration, readLogSalt } from "./log-check.ts"
import { isDiskFull } from "./sqlite-codes.ts"
import { type Acceptance, StartRefused } from "./start-refused.ts"
import { readStoreFile, writeStoreFile } from "./store-file.ts"

// The database counts its opens and closes in its own table, and DIR/store.json repeats the count. A database with a
// lower count than the file is an older one that was put beside newer files.

const TABLE =
  "CREATE TABLE IF NOT EXISTS store (slot INTEGER PRIMARY KEY, id TEXT NOT NULL, generation INTEGER NOT NULL) STRICT"

interface Stamp {
  readonly id: string
  readonly generation: number
}

/**
 * Checks that the database belongs to the store.json beside it, and counts this open. Throws StartRefused for an older
 * or foreign database, unless that is accepted; then it returns a description of what was accepted.
 */
export function beginStamp(
  path: string,
  database: DatabaseSync,
  accept: Acceptance,
): string | undefined {
  const directory = dirname(path)
  const found = readStamp(database)
  const accepted = checkStamp(directory, found, accept)
  const stamp = count(database, found)
  if (stamp !== undefined) noteLogNeeded(directory, stamp)
  return accepted
}

function noteLogNeeded(directory: string, stamp: Stamp): void {
  const bareGeneration = readBareGeneration(directory)
  const logSalt = readLogSalt(directory)
  writeStoreFile(directory, { ...stamp, log: "needed", logSalt, bareGeneration })
}

/**
 * Closes the last connection of a store. The log is emptied before store.json says that there is none, so that a crash
 * in between leaves nothing that a start refuses. After a failed write nothing is counted.
 */
export function endStamp(
  path: string,
  database: DatabaseSync,
  { isWell }: { readonly isWell: boolean },
): void {
  const directory = dirname(path)
  const isEmptied = isWell && endLog(directory, database)
  const stamp = readStamp(database)
  if (isEmptied && stamp !== undefined) writeStoreFile(directory, { ...stamp, log: "none" })
  database.close()
  // Closing also empties and removes the log, if it can.
  if (!isEmptied && stamp !== undefined && !existsSync(`${path}-wal`)) {
    writeStoreFile(directory, { ...stamp, log: "none" })
  }
}

function endLog(directory: string, database: DatabaseSync): boolean {
  try {
    const stamp = count(database, readStamp(database))
    // Before the database file has the count: a file with a higher count than store.json is a newer one, put beside
    // this log.
    if (stamp !== undefined) noteLogNeeded(directory, stamp)
    return database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0
  } catch {
    // The log stays, and store.json still says that it is needed.
    return false
  }
}

function readStamp(database: DatabaseSync): Stamp | undefined {
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'store'").get()
  if (isThere === undefined) return undefined
  return database.prepare("SELECT id, generation FROM store").get() as Stamp | undefined
}

function checkStamp(
  directory: string,
  found: Stamp | undefined,
  accept: Acceptance,
): string | undefined {
  const known = readStoreFile(directory)
  if (known === undefined) return undefined
  const isAnother = found?.id !== known.id
  if (!isAnother && found.generation >= known.generation) return undefined
  const what = isAnother ? "belongs to another data directory" : "is older than the files beside it"
  // Without its log the database is older than the file; accepting the missing log accepts that too.
  if (
    accept.olderDatabase === true ||
    (accept.missingLog === true && known.log === "needed" && !isAnother)
  )
    return what
  throw new StartRefused(
    `metadata.sqlite in ${directory} ${what}; restore the database and the rest from the same backup, or start once with --accept-older-database: what was stored since is then missing, and files without a record are set aside in blobs-quarantine. No object was changed`,
  )
}

/** Counts one more open or close. On a full disk it counts nothing and returns undefined. */
function count(database: DatabaseSync, found: Stamp | undefined): Stamp | undefined {
  try {
    database.exec("BEGIN IMMEDIATE")
    database.exec(TABLE)
    const stamp = { id: found?.id ?? uuid(), generation: (found?.generation ?? 0) + 1 }
    database
      .prepare("INSERT OR REPLACE INTO store (slot, id, generation) VALUES (1, ?, ?)")
      .run(stamp.id, stamp.generation)
    database.exec("COMMIT")
    return stamp
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK")
    if (!isDiskFull(error)) throw error
    return undefined
  }
}

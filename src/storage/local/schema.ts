import { DatabaseSync } from "node:sqlite"

/**
 * A longer value is stored in a separate table under an ascending id, so that inserts go to the end of a tree, and
 * scans over rows read little.
 */
export const INLINE_VALUE_BYTES_MAX = 1536

const SCHEMA = `
  CREATE TABLE rows (
    key BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    value BLOB,
    large INTEGER,
    tally_group INTEGER,
    tally_bytes INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE large (id INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    name BLOB NOT NULL UNIQUE,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE commits (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
`

const FORMAT_VERSION = 2

/**
 * Opens the database for writing. Every commit is durable when it returns; another connection makes the checkpoints.
 */
export function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  // Others hold the write lock only while a checkpoint empties the log.
  database.exec("PRAGMA busy_timeout=60000")
  const version = checkFormatVersion(database, path)
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=ON;",
  )
  if (version === 0) {
    database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version=${FORMAT_VERSION}; COMMIT`)
  }
  return database
}

/** Opens the database for reading only. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec("PRAGMA busy_timeout=10000; PRAGMA cache_size=-65536;")
  checkFormatVersion(database, path)
  return database
}

/** Opens the database for checkpoints. */
export function openForCheckpoints(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA busy_timeout=1000;")
  return database
}

/** The format version of the database, 0 for an empty one. */
function checkFormatVersion(database: DatabaseSync, path: string): number {
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"]
  if (version === 0 || version === FORMAT_VERSION) return version
  throw new Error(
    `${path} has format ${String(version)}, but this osseal supports format ${FORMAT_VERSION}; use the osseal that wrote it`,
  )
}

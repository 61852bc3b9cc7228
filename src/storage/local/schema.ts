import { DatabaseSync } from "node:sqlite"

/**
 * A value longer than this lives in a table of its own under an ascending id, so that inserting it goes to the end of a
 * tree, and scans over rows read little.
 */
export const INLINE_VALUE_BYTES_MAX = 1536

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rows (
    key BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    value BLOB,
    large INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS large (id INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS commits (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
`

const FORMAT_VERSION = 1

/** Opens the database for writing: every commit is durable when it returns; checkpoints are another connection's. */
export function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA busy_timeout=10000; PRAGMA secure_delete=ON;",
  )
  checkFormatVersion(database, path)
  database.exec(SCHEMA)
  database.exec(`PRAGMA user_version=${FORMAT_VERSION}`)
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

function checkFormatVersion(database: DatabaseSync, path: string): void {
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"]
  if (version === 0 || version === FORMAT_VERSION) return
  throw new Error(`${path} has format ${String(version)}, which a newer osseal wrote; use that one`)
}

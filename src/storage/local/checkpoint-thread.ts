// Moves the write-ahead log into the database, on its own connection, so that no commit waits for it.
import { statSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { parentPort, workerData } from "node:worker_threads"
import { growReserve } from "./reserve.ts"
import { openForCheckpoints } from "./schema.ts"
import { isDiskFull } from "./sqlite-codes.ts"

const EVERY_MS = 200
/** A smaller log is left alone. */
const LOG_BYTES_MIN = 4 * 1024 * 1024
/** With a larger log, writers must wait until it is empty. */
const LOG_BYTES_MAX = 256 * 1024 * 1024

function logBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

function checkpoint(database: DatabaseSync, bytes: number): void {
  try {
    database.exec("PRAGMA wal_checkpoint(PASSIVE)")
    // Most of the log is already moved, so the wait is short.
    if (bytes > LOG_BYTES_MAX) database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  } catch (error) {
    // A full disk loses nothing: the log keeps everything, and the next run repeats the checkpoint. No fsync has
    // failed.
    if (!isDiskFull(error)) throw error
  }
}

function start(path: string): void {
  const database = openForCheckpoints(path)
  const timer = setInterval(() => {
    growReserve(path)
    const bytes = logBytes(path)
    if (bytes >= LOG_BYTES_MIN) checkpoint(database, bytes)
  }, EVERY_MS)
  parentPort?.once("message", () => {
    clearInterval(timer)
    database.close()
    parentPort?.close()
  })
}

start((workerData as { path: string }).path)

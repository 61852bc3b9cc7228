/** Primary result codes, see https://sqlite.org/rescode.html. */
export const SQLITE_BUSY = 5
const SQLITE_FULL = 13

/** The index of the log could not grow: the disk is full. */
const SQLITE_IOERR_SHMSIZE = 4874

/** Whether SQLite found the disk full. Then nothing was changed, and the file is not at fault. */
export function isDiskFull(error: unknown): boolean {
  if (sqliteCodeOf(error) === SQLITE_FULL) return true
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_IOERR_SHMSIZE
}

/** The primary result code of an error that SQLite threw; undefined for any other. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error)) return undefined
  // Extended codes keep the primary one in their low byte.
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined
}

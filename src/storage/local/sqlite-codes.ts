/** Primary result codes, see https://sqlite.org/rescode.html. */
export const SQLITE_BUSY = 5
export const SQLITE_FULL = 13

/** The primary result code of an error that SQLite threw; undefined for any other. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error)) return undefined
  // Extended codes keep the primary one in their low byte.
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined
}

import type { Log } from "../../base/log.ts"

/**
 * Whether a data directory still accepts writes. One failed fsync, of the log or of a blob, ends all writes until a
 * restart: a second fsync may succeed without the bytes. Deletions end too, because a restart can bring back a row
 * whose fsync failed, and the blob that it names must still exist.
 */
export interface ReadOnlyState {
  /** Why writes have ended; undefined while they work. */
  reason(): string | undefined
  /** The first reason is kept. */
  turnReadOnly(reason: string): void
}

export function createReadOnlyState(log: Log): ReadOnlyState {
  let first: string | undefined
  return {
    reason: () => first,
    turnReadOnly(reason) {
      if (first !== undefined) return
      first = reason
      log.fatal({ reason }, "the data directory is read-only until restart")
    },
  }
}

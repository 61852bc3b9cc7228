import type { Log } from "../../base/log.ts"

/**
 * Whether a data directory still takes writes. One fsync that failed, of the log or of a blob, ends them all until a
 * restart: a second one may succeed without the bytes. Deletions end with them, since a restart can bring back a row
 * whose fsync failed, and the blob that it names must be there then.
 */
export interface ReadOnlyState {
  /** Why nothing is written any more; undefined while all is well. */
  reason(): string | undefined
  /** The first reason stays. */
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

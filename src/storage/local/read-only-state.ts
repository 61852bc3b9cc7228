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

/** `shared` is one word, zero at first, that all threads of the process have. */
export function createReadOnlyState(
  log: Log,
  shared: SharedArrayBuffer = newReadOnlyFlag(),
): ReadOnlyState {
  const flag = new Int32Array(shared)
  let own: string | undefined
  return {
    reason() {
      if (own !== undefined || Atomics.load(flag, 0) === 0) return own
      return "another thread failed to write, as the log says"
    },
    turnReadOnly(reason) {
      if (own !== undefined) return
      own = reason
      // Logged once, by the first thread.
      if (Atomics.exchange(flag, 0, 1) === 1) return
      log.fatal({ reason }, "the data directory is read-only until restart")
    },
  }
}

export function newReadOnlyFlag(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

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
      // Told once, by the thread that came first.
      if (Atomics.exchange(flag, 0, 1) === 1) return
      log.fatal({ reason }, "the data directory is read-only until restart")
    },
  }
}

export function newReadOnlyFlag(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
}

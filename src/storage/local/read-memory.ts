/** Enough for the largest read of whole objects: a mebibyte, sealed. */
const REUSED_BYTES = 1024 * 1024 + 64 * 1024
/** A shorter read, such as one segment, gets its own memory. */
const SHORT_BYTES = 72 * 1024
const IDLE_MAX = 16

const idle: Buffer[] = []

/** The memory of one reader at a time. New memory for each read would be most of the garbage collector's work. */
export interface ReadMemory {
  /** Returns `length` bytes of any content, which the next call may reuse. */
  take(length: number): Buffer
  /** Ends the use of everything that was taken. */
  giveBack(): void
}

export function createReadMemory(): ReadMemory {
  let reused: Buffer | undefined
  return {
    take(length) {
      if (length <= SHORT_BYTES || length > REUSED_BYTES) return Buffer.allocUnsafeSlow(length)
      reused ??= idle.pop() ?? Buffer.allocUnsafeSlow(REUSED_BYTES)
      return reused.subarray(0, length)
    },
    giveBack() {
      if (reused !== undefined && idle.length < IDLE_MAX) idle.push(reused)
      reused = undefined
    },
  }
}

/** Enough for what a reader of whole objects asks for at once: a mebibyte, sealed. */
const REUSED_BYTES = 1024 * 1024 + 64 * 1024
/** A shorter read, such as one of a single segment, gets memory of its own. */
const SHORT_BYTES = 72 * 1024
const IDLE_MAX = 16

const idle: Buffer[] = []

/** The memory of one reader at a time. New memory for every read would be most of what the garbage collector has to do. */
export interface ReadMemory {
  /** `length` bytes of any content, which the next call may give again. */
  take(length: number): Buffer
  /** Nothing that was taken is used any more. */
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

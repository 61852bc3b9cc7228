import { freeMemory } from "../../base/free-memory.ts"

/** Enough for the largest read of whole objects: a mebibyte, sealed. */
const REUSED_BYTES = 1024 * 1024 + 64 * 1024
/** A shorter read, such as one segment or a small batch, gets its own memory. */
const SHORT_BYTES = REUSED_BYTES / 2
const IDLE_MAX = 16

const idle: Buffer[] = []

/** The memory of one reader at a time. New memory for each read would be most of the garbage collector's work. */
export interface ReadMemory {
  /**
   * Returns `length` bytes with arbitrary content. They may be reused by the call after the next one, because the kernel fills
   * one buffer while the other is used.
   */
  take(length: number): Buffer
  /** Ends the use of everything that was taken. */
  giveBack(): void
}

export function createReadMemory(): ReadMemory {
  let last: Buffer | undefined
  let lastButOne: Buffer | undefined
  return {
    take(length) {
      const free = lastButOne
      lastButOne = last
      if (free === undefined || free.length < length) {
        release(free)
        last = acquire(length)
      } else last = free
      return last.subarray(0, length)
    },
    giveBack() {
      release(last)
      release(lastButOne)
      last = undefined
      lastButOne = undefined
    },
  }
}

function acquire(length: number): Buffer {
  const isReused = length > SHORT_BYTES && length <= REUSED_BYTES
  if (!isReused) return Buffer.allocUnsafeSlow(length)
  return idle.pop() ?? Buffer.allocUnsafeSlow(REUSED_BYTES)
}

function release(bytes: Buffer | undefined): void {
  if (bytes === undefined) return
  if (bytes.length === REUSED_BYTES && idle.length < IDLE_MAX) idle.push(bytes)
  else freeMemory(bytes)
}

/** The requested memory did not become free in time. */
export class MemoryExhausted extends Error {
  override name = "MemoryExhausted"
}

/** The number of bytes that requests of all connections hold together, and its limit. */
export interface MemoryBudget {
  readonly limitBytes: number
  /** Below zero when requests hold more than the limit. */
  freeBytes(): number
  /** Whether a request waits for memory. */
  isShort(): boolean
  /** Counts bytes that are already in memory. */
  add(bytes: number): void
  /**
   * Takes bytes before they are in memory, at once or after the requests that already wait. Throws MemoryExhausted when
   * they are not free within ten seconds, and at once when a thousand requests wait or `bytes` exceeds the whole
   * budget.
   */
  take(bytes: number): Promise<void>
  /** Returns bytes that were added or taken. */
  give(bytes: number): void
}

const WAIT_MS = 10_000
const WAITING_MAX = 1000

interface Waiting {
  readonly bytes: number
  readonly done: () => void
}

export function createMemoryBudget(limitBytes: number): MemoryBudget {
  let heldBytes = 0
  const waiting = new Set<Waiting>()

  const wait = (bytes: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(entry)
        reject(new MemoryExhausted("no memory became free"))
        serve()
      }, WAIT_MS)
      const entry: Waiting = {
        bytes,
        done() {
          clearTimeout(timer)
          resolve()
        },
      }
      waiting.add(entry)
    })

  const serve = (): void => {
    for (const entry of waiting) {
      if (heldBytes + entry.bytes > limitBytes) return
      waiting.delete(entry)
      heldBytes += entry.bytes
      entry.done()
    }
  }

  return {
    limitBytes,
    freeBytes: () => limitBytes - heldBytes,
    isShort: () => waiting.size > 0,
    add(bytes) {
      heldBytes += bytes
    },
    async take(bytes) {
      if (bytes > limitBytes) throw new MemoryExhausted("more than there is")
      if (waiting.size === 0 && heldBytes + bytes <= limitBytes) {
        heldBytes += bytes
        return
      }
      if (waiting.size >= WAITING_MAX) throw new MemoryExhausted("too many wait")
      await wait(bytes)
    },
    give(bytes) {
      heldBytes -= bytes
      serve()
    },
  }
}

/** Memory for what was asked did not become free in time. */
export class MemoryExhausted extends Error {
  override name = "MemoryExhausted"
}

/** How many bytes requests hold, all connections together, against how many they may. */
export interface MemoryBudget {
  readonly limitBytes: number
  /** Below zero when more is in memory than there should be. */
  freeBytes(): number
  /** Whether somebody waits. */
  isShort(): boolean
  /** Counts bytes that are in memory already. */
  add(bytes: number): void
  /**
   * Takes bytes before they are in memory, at once or in the order of those who wait. Throws MemoryExhausted when they are
   * not free within ten seconds, and at once when a thousand wait already. More than the whole budget is never taken.
   */
  take(bytes: number): Promise<void>
  /** Gives back what was added or taken. */
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

/** Runs a limited number of tasks at the same time. Others wait in order. */
export type Lanes = <Result>(work: () => Promise<Result>, signal: AbortSignal) => Promise<Result>

/** Throws the signal's reason for a task that was still waiting when the signal aborted. */
export function createLanes(count: number): Lanes {
  let free = count
  /** Each waiting task takes over the lane of one that has finished. */
  const waiting = new Set<() => void>()
  const enter = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener("abort", giveUp)
        resolve()
      }
      const giveUp = (): void => {
        waiting.delete(begin)
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"))
      }
      waiting.add(begin)
      signal.addEventListener("abort", giveUp, { once: true })
    })
  }
  const leave = (): void => {
    const [next] = waiting
    if (next === undefined) {
      free += 1
      return
    }
    waiting.delete(next)
    next()
  }
  return async (work, signal) => {
    await enter(signal)
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

import { type Clock, monotonicClock } from "./clock.ts"

/**
 * The share of a turn of the event loop for tasks that arrive in it. Tasks that waited from earlier turns get another share.
 */
const SHARE_MS = 4

/**
 * Shares out the turns of a thread's event loop. If a thousand tasks arrive at once, each turn does as many as fit into its
 * time, so that nothing else is delayed for long.
 */
export interface Turns {
  /** Whether this turn's share is used up. A caller with more than a little to do awaits `next` first. */
  isSpent(): boolean
  /** Resolves in a later turn that has time left, in the order of the calls. */
  next(): Promise<void>
  /** Begins at once, or in a later turn if this one is used up, as `next` resolves. */
  begin(work: () => void): void
}

export function createTurns(clock: Clock): Turns {
  let waiting: (() => void)[] = []
  let sinceMs: number | undefined
  let isEndAwaited = false

  const isSpent = (): boolean => {
    const nowMs = clock.nowMs()
    if (sinceMs === undefined) {
      sinceMs = nowMs
      awaitEnd()
    }
    return nowMs - sinceMs > SHARE_MS
  }

  const wait = (go: () => void): void => {
    waiting.push(go)
    awaitEnd()
  }

  const awaitEnd = (): void => {
    if (isEndAwaited) return
    isEndAwaited = true
    setImmediate(() => void endTurn())
  }

  const endTurn = async (): Promise<void> => {
    const begun = await beginWaiting()
    waiting = waiting.slice(begun)
    sinceMs = undefined
    isEndAwaited = false
    if (waiting.length > 0) awaitEnd()
  }

  /** Starts the tasks that there is time for, and returns their number. */
  const beginWaiting = async (): Promise<number> => {
    sinceMs = clock.nowMs()
    let begun = 0
    for (const go of waiting) {
      if (isSpent()) break
      go()
      begun += 1
      await settled()
    }
    return begun
  }

  return {
    isSpent,
    next: () => new Promise(wait),
    begin(work) {
      if (isSpent()) wait(work)
      else work()
    },
  }
}

/** Resolves when nothing that was begun can continue without waiting. */
async function settled(): Promise<void> {
  // A tick requested in a promise's reaction comes after all other reactions.
  await Promise.resolve()
  await new Promise<void>((resolve) => process.nextTick(resolve))
}

/** The turns of this thread. */
export const turns: Turns = createTurns(monotonicClock)

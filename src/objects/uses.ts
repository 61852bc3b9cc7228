/**
 * The reads and writes in progress on all gateways, in the order in which they began. A use may still hold bytes that no row
 * names any more. Once all earlier uses have ended, nobody can hold them.
 */
export interface Uses {
  /** Begins a use. Call the returned function once to end it. */
  begin(): () => void
  /** Resolves when every use that began before the call, on any gateway, has ended. */
  settled(): Promise<void>
}

/**
 * Memory that the gateways of a process share: the latest epoch, and for each gateway the epoch in which its oldest
 * running use began, 0 for none. Epochs are compared by their difference, so that they may overflow.
 */
export type SharedEpochs = SharedArrayBuffer

const FIRST_EPOCH = 1
const CURRENT = 0

export function newSharedEpochs(gateways: number): SharedEpochs {
  const shared = new SharedArrayBuffer((1 + gateways) * Int32Array.BYTES_PER_ELEMENT)
  new Int32Array(shared)[CURRENT] = FIRST_EPOCH
  return shared
}

/** How often the ends of other gateways' uses are checked. */
const LOOK_MS = 5

/** `gateway` counts from 0. */
export function createUses(shared: SharedEpochs = newSharedEpochs(1), gateway = 0): Uses {
  const epochs = new Int32Array(shared)
  const own = 1 + gateway
  /** The number of running uses by the epoch in which they began, the oldest first. */
  const running = new Map<number, number>()
  const waiting = new Set<(value: undefined) => void>()

  function publish(): void {
    const oldest = running.keys().next()
    Atomics.store(epochs, own, oldest.done === true ? 0 : oldest.value)
    for (const look of waiting) look(undefined)
  }

  function end(epoch: number): void {
    const left = (running.get(epoch) ?? 1) - 1
    if (left > 0) {
      running.set(epoch, left)
      return
    }
    running.delete(epoch)
    publish()
  }

  function isSettled(epoch: number): boolean {
    for (let slot = 1; slot < epochs.length; slot += 1) {
      const oldest = Atomics.load(epochs, slot)
      if (oldest !== 0 && ((oldest - epoch) | 0) < 0) return false
    }
    return true
  }

  return {
    begin() {
      const epoch = Atomics.load(epochs, CURRENT)
      const count = running.get(epoch) ?? 0
      running.set(epoch, count + 1)
      // This use reads names only after it is published. A caller who removes a name and then checks here either sees this use,
      // or this use sees that the name is gone.
      if (running.size === 1 && count === 0) publish()
      return () => end(epoch)
    },
    async settled() {
      const epoch = nextEpoch(epochs)
      while (!isSettled(epoch)) {
        const { promise, resolve } = Promise.withResolvers<undefined>()
        waiting.add(resolve)
        const timer = epochs.length > 2 ? setTimeout(resolve, LOOK_MS, undefined) : undefined
        await promise
        clearTimeout(timer)
        waiting.delete(resolve)
      }
    },
  }
}

/** Begins an epoch. 0 means none. */
function nextEpoch(epochs: Int32Array): number {
  const epoch = (Atomics.add(epochs, CURRENT, 1) + 1) | 0
  return epoch === 0 ? nextEpoch(epochs) : epoch
}

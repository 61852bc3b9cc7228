/**
 * What reads and writes are under way, in the order in which they began. Something that nobody names any more may still be
 * held by a use that began before; once all of those have ended nobody can hold it.
 */
export interface Uses {
  /** Begins a use. Call the returned function once to end it. */
  begin(): () => void
  /** Resolves when every use that began before the call has ended. */
  settled(): Promise<void>
}

export function createUses(): Uses {
  const running = new Set<number>()
  const waiting: { readonly before: number; readonly resolve: () => void }[] = []
  let next = 0

  function oldest(): number {
    const first = running.values().next()
    return first.done === true ? next : first.value
  }

  function wake(): void {
    while (waiting[0] !== undefined && waiting[0].before <= oldest()) waiting.shift()?.resolve()
  }

  return {
    begin() {
      const use = next++
      running.add(use)
      return () => {
        running.delete(use)
        if (waiting.length > 0) wake()
      }
    },
    settled() {
      if (oldest() >= next) return Promise.resolve()
      const before = next
      return new Promise((resolve) => waiting.push({ before, resolve }))
    },
  }
}

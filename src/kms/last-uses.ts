import type { CmkId } from "./cmk.ts"

/** When CMKs were used last: to encrypt, to decrypt, or for an object that is read or written. */
export interface LastUses {
  note(cmkId: CmkId, atMs: number): void
  /** undefined when no use is known. */
  of(cmkId: CmkId): number | undefined
  /** Uses before that are not known. */
  readonly sinceMs: number
  /** The uses that are that much later than what is stored of the CMK, and those of CMKs of which nothing is. */
  unstored(byMs: number): readonly StoredUse[]
  /** Says that the use is stored, or that its CMK is gone. */
  markStored(use: StoredUse): void
}

export interface StoredUse {
  readonly cmkId: CmkId
  readonly atMs: number
}

/** About 10 MB. */
const REMEMBERED_MAX = 100_000

/** In memory: a use costs no commit. What a process before stored of them is in `stored` (stored-uses.ts). */
export function createLastUses(sinceMs: number, stored: readonly StoredUse[] = []): LastUses {
  const storedMs = new Map(stored.map(({ cmkId, atMs }) => [cmkId, atMs]))
  const lastMs = new Map(storedMs)
  /** Those that were used since they were stored, so that a look at them costs nothing for the others. */
  const changed = new Set<CmkId>()
  return {
    sinceMs,
    of: (cmkId) => lastMs.get(cmkId),
    note(cmkId, atMs) {
      const known = lastMs.get(cmkId)
      if (known === undefined ? lastMs.size >= REMEMBERED_MAX : known >= atMs) return
      lastMs.set(cmkId, atMs)
      changed.add(cmkId)
    },
    unstored(byMs) {
      const found: StoredUse[] = []
      for (const cmkId of changed) {
        const atMs = lastMs.get(cmkId) ?? 0
        const before = storedMs.get(cmkId)
        if (before === undefined || atMs - before >= byMs) found.push({ cmkId, atMs })
      }
      return found
    },
    markStored({ cmkId, atMs }) {
      storedMs.set(cmkId, atMs)
      if (lastMs.get(cmkId) === atMs) changed.delete(cmkId)
    },
  }
}

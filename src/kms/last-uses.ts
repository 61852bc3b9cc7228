import type { CmkId } from "./cmk.ts"

/** When each CMK was last used: to encrypt, to decrypt, or for an object that was read or written. */
export interface LastUses {
  note(cmkId: CmkId, atMs: number): void
  /** undefined when no use is known. */
  of(cmkId: CmkId): number | undefined
  /** The time from which uses are known. */
  readonly sinceMs: number
  /** The uses that are at least `byMs` later than the stored use of their CMK, and all uses of CMKs without a stored use. */
  unstored(byMs: number): readonly StoredUse[]
  /** Notes that the use is stored, or that its CMK no longer exists. */
  markStored(use: StoredUse): void
}

export interface StoredUse {
  readonly cmkId: CmkId
  readonly atMs: number
}

/** About 10 MB. */
const REMEMBERED_MAX = 100_000

/** Kept in memory, so that a use costs no commit. `stored` is what an earlier process stored (stored-uses.ts). */
export function createLastUses(sinceMs: number, stored: readonly StoredUse[] = []): LastUses {
  const storedMs = new Map(stored.map(({ cmkId, atMs }) => [cmkId, atMs]))
  const lastMs = new Map(storedMs)
  /** CMKs used since their last use was stored. Looking for unstored uses costs nothing for all others. */
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

import type { CmkId } from "./cmk.ts"

/** When CMKs were used last: to encrypt, to decrypt, or for an object that is read or written. */
export interface LastUses {
  note(cmkId: CmkId, atMs: number): void
  /** undefined when no use is known. */
  of(cmkId: CmkId): number | undefined
  /** Uses before that are not known. */
  readonly sinceMs: number
}

/** About 10 MB. */
const REMEMBERED_MAX = 100_000

/** Of this process only: a use costs no commit. */
export function createLastUses(sinceMs: number): LastUses {
  const lastMs = new Map<CmkId, number>()
  return {
    sinceMs,
    of: (cmkId) => lastMs.get(cmkId),
    note(cmkId, atMs) {
      if (lastMs.size >= REMEMBERED_MAX && !lastMs.has(cmkId)) return
      lastMs.set(cmkId, atMs)
    },
  }
}

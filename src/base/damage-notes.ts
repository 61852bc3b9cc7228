/**
 * The damage found since the start, or since it was last forgotten: rows and objects, each counted once, and the count of
 * the last survey.
 */
export interface DamageNotes {
  /** Notes a damaged row or object by its name. */
  note(name: string): void
  /** Starts a survey of all rows. The previous survey's count stays until this one exceeds it or ends. */
  beginSurvey(): void
  noteSurveyed(rows: number): void
  endSurvey(): void
  /** Forgets everything that was found. What is still damaged is noted again when it is next read. */
  forget(): void
  /** The number of known damaged rows and objects. */
  count(): number
}

/** Bounds the memory of the names to about 1 MB. */
const NAMED_MAX = 10_000

export function createDamageNotes(): DamageNotes {
  const names = new Set<string>()
  let before = 0
  let surveyed = 0
  return {
    note(name) {
      if (names.size < NAMED_MAX) names.add(name)
    },
    beginSurvey() {
      surveyed = 0
    },
    noteSurveyed(rows) {
      surveyed += rows
    },
    endSurvey() {
      before = surveyed
    },
    forget() {
      names.clear()
      before = 0
      surveyed = 0
    },
    // A survey and a request may have found the same row, so the counts are not added.
    count: () => Math.max(names.size, before, surveyed),
  }
}

/** What was found to be damaged since the start: rows and objects, each counted once, and what a survey counted. */
export interface DamageNotes {
  /** Notes a damaged row or object by its name. */
  note(name: string): void
  /** A survey of all rows begins. What the one before counted stays until this one has counted more, or ends. */
  beginSurvey(): void
  noteSurveyed(rows: number): void
  endSurvey(): void
  /** How many are known. */
  count(): number
}

/** About 1 MB. */
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
    // A survey and a request may have found the same row.
    count: () => Math.max(names.size, before, surveyed),
  }
}

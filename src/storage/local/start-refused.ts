/** The contents of the data directory do not belong together. The message says what to do. Nothing was changed. */
export class StartRefused extends Error {
  override name = "StartRefused"
}

/** Mismatches that the operator accepts. */
export interface Acceptance {
  /** Start without the database's log; its commits are lost. */
  readonly missingLog?: boolean
  /** Start with a database that is older than the rest of the directory, or a different one. */
  readonly olderDatabase?: boolean
}

/** What lies in the data directory does not belong together. The message names what to do; nothing was changed. */
export class StartRefused extends Error {
  override name = "StartRefused"
}

/** Parts that do not belong together, but are taken as they are because the operator says so. */
export interface Acceptance {
  /** Start without the database's log, whose commits are lost then. */
  readonly missingLog?: boolean
  /** Start with a database that is older than the rest of the directory, or another one. */
  readonly olderDatabase?: boolean
}

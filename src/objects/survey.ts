/** blobs, contents: records that nobody names. files: files of yesterday without a record. */
export type Surveyed = "blobs" | "contents" | "files"

/** What one look found. */
export interface Sight {
  /** Ids of what seems to belong to nobody. */
  readonly found: readonly string[]
  /** Where the next look goes on; undefined at the end. */
  readonly next: string | undefined
  /** How many rows did not open. They are kept. */
  readonly damaged: number
}

/**
 * Looks through all records and files for what nobody names, on a thread of its own where the engine has one, so that
 * requests do not wait for it. What it finds is a hint that was true at some moment: whoever frees asks again, with the
 * gateway's own eyes. What it does not find is kept, for good reasons or for this time.
 */
export interface Survey {
  /** A bounded piece of work. `from` is "" or what the look before it answered; files are looked at in one sequence. */
  look(what: Surveyed, from: string): Promise<Sight>
  /** Gives up what it holds until the next look. */
  rest(): Promise<void>
}

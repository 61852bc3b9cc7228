/** blobs, contents: records that nothing names. files: files older than a day without a record. */
export type Surveyed = "blobs" | "contents" | "files"

/** The result of one look. */
export interface Sight {
  /** Ids that nothing seems to name. */
  readonly found: readonly string[]
  /** Where the next look continues; undefined at the end. */
  readonly next: string | undefined
  /** How many rows did not open. They are kept. */
  readonly damaged: number
}

/**
 * Searches all records and files for what nothing names, on its own thread where the engine has one, so that requests
 * do not wait for it. Its findings are hints that were true at some moment: the caller checks them again, with the
 * gateway's own reads, before it frees anything. Whatever is not found is kept, at least until the next sweep.
 */
export interface Survey {
  /**
   * Does a bounded piece of work. `from` is "" or the `next` of the look before. Files are searched in one sequence.
   */
  look(what: Surveyed, from: string): Promise<Sight>
  /** Releases its resources until the next look. */
  rest(): Promise<void>
}

/**
 * Something sealed does not open: damaged, truncated, moved, or under another key or context. Every cause gets the same
 * error and text, so that nobody can tell which it was.
 */
export class SealBroken extends Error {
  override name = "SealBroken"
  constructor() {
    super("the sealed bytes do not open")
  }
}

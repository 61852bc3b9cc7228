/**
 * Something sealed does not open: damaged, truncated, moved, or another key or context. One error with one text for every
 * cause, so that nobody learns from it which.
 */
export class SealBroken extends Error {
  override name = "SealBroken"
  constructor() {
    super("the sealed bytes do not open")
  }
}

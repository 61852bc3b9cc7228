/** The root key cannot be made or opened. The message says in one line what failed, why, and what helps. */
export class RootKeyError extends Error {
  override name = "RootKeyError"
}

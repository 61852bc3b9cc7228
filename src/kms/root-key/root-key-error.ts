/** The root key cannot be created or opened. The message says in one line what failed, why, and what to do. */
export class RootKeyError extends Error {
  override name = "RootKeyError"
}

/** A broken invariant of our own code. Never a client's fault, and never caught to continue. */
export class AssertionError extends Error {
  override name = "AssertionError"
}

/** Throws AssertionError when a bug made `condition` false. Active in production too. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Returns `value`, or throws AssertionError when a bug left it undefined. */
export function assertDefined<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new AssertionError(message)
  return value
}

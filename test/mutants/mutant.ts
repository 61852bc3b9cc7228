/** A deliberate one-line fault in a copy of the source. At least one test must fail with it. */
export interface Mutant {
  /** States the fault in a few words. Unique. */
  readonly name: string
  /** Relative to the root of the repository. */
  readonly file: string
  /** Must occur in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** At least one of these test files must fail. The fastest first. */
  readonly tests: readonly string[]
  /** What a user would lose by this fault, in one sentence. */
  readonly why: string
}

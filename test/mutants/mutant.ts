/** A one-line fault that is put into a copy of the source on purpose: a test that is worth its name must fail with it. */
export interface Mutant {
  /** States the fault, in a few words; unique. */
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** The test files of which at least one must fail, the fastest first. */
  readonly tests: readonly string[]
  /** What a user would lose by this fault, in one sentence. */
  readonly why: string
}

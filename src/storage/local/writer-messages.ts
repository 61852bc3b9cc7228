import type { CommitResult } from "../metadata-store.ts"

/** To the writer thread. Commits are numbered by tickets, the first of a block is named. */
export type WriterRequest =
  | { readonly kind: "commits"; readonly firstTicket: number; readonly block: ArrayBuffer }
  | { readonly kind: "close" }

/**
 * What came of one commit. `full`: nothing of it was applied. `broken`: it may or may not have been applied, and no other
 * will be. `refused`: it came after one that broke, and nothing of it was applied.
 */
export type CommitAnswer =
  | { readonly ticket: number; readonly result: CommitResult }
  | {
      readonly ticket: number
      readonly failure: "full" | "broken" | "refused"
      readonly message: string
    }

export type WriterAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "answers"; readonly answers: readonly CommitAnswer[] }

import type { MessagePort } from "node:worker_threads"
import type { CommitResult } from "../metadata-store.ts"
import type { Acceptance } from "./start-refused.ts"

/** The start data of the writer thread. */
export interface WriterData {
  readonly path: string
  readonly accept: Acceptance
  /** Of RowChanges. */
  readonly changes: SharedArrayBuffer
}

/** Requests to the writer thread. Commits are numbered by tickets; a block names its first one. */
export type WriterRequest =
  | {
      readonly kind: "commits"
      readonly firstTicket: number
      readonly block: ArrayBuffer
      /** For each commit, whether it may use the reserve. */
      readonly releases: readonly boolean[]
    }
  /** Another thread commits too, through this port. */
  | { readonly kind: "client"; readonly port: MessagePort }
  /** From the thread that started the writer. `isWell`: no write has failed. */
  | { readonly kind: "close"; readonly isWell: boolean }

/**
 * The outcome of one commit. `full`: nothing of it was applied. `broken`: it may or may not have been applied, and no
 * other will be. `refused`: it came after a broken one, and nothing of it was applied.
 */
export type CommitAnswer =
  | { readonly ticket: number; readonly result: CommitResult }
  | {
      readonly ticket: number
      readonly failure: "full" | "broken" | "refused"
      readonly message: string
    }

export type WriterAnswer =
  /** `accepted`: describes the mismatch of the database that the operator accepted. */
  | { readonly kind: "ready"; readonly accepted: string | undefined }
  /** The database does not belong to the directory; the thread ends. */
  | { readonly kind: "start refused"; readonly message: string }
  | { readonly kind: "answers"; readonly answers: readonly CommitAnswer[] }

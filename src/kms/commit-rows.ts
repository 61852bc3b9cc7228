import type { Clock } from "../base/clock.ts"
import {
  type Attempt,
  CommitContended,
  commitProposal,
  type Proposal,
} from "../storage/commit-loop.ts"
import {
  type MetadataStore,
  OutcomeUnknown,
  StoreFull,
  StoreReadOnly,
} from "../storage/metadata-store.ts"
import { KmsError } from "./kms-error.ts"

/**
 * Commits what `propose` decides on rows read just before, and after a known conflict decides again.
 * Throws what `propose` throws, and KmsError Unavailable when others were faster every time, the store takes no writes, or
 * it does not tell what became of one.
 */
export async function commitRows<Result>(
  { store, clock }: { readonly store: MetadataStore; readonly clock: Clock },
  propose: (attempt: Attempt) => Proposal<Result> | Promise<Proposal<Result>>,
): Promise<Result> {
  try {
    const { result } = await commitProposal({ metadata: store, clock }, propose)
    return result
  } catch (error) {
    const cause = REFUSALS.find(({ kind }) => error instanceof kind)
    if (cause === undefined) throw error
    throw new KmsError("Unavailable", cause.message)
  }
}

const REFUSALS = [
  { kind: CommitContended, message: "too many changes of the same CMK or alias at once" },
  { kind: StoreReadOnly, message: "the store takes no changes now" },
  { kind: StoreFull, message: "the store takes no changes now" },
  { kind: OutcomeUnknown, message: "the change may or may not be made" },
]

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
 * Commits what `propose` decides on rows read just before, and after a known conflict asks it again. Throws what
 * `propose` throws. Throws KmsError Unavailable when every attempt conflicted, the store accepts no writes, or a
 * commit's outcome stays unknown.
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

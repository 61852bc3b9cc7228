import { BlobStoreFull, BlobStoreReadOnly } from "../storage/blob-store.ts"
import {
  type Attempt,
  CommitContended,
  commitProposal,
  type Committed,
  type Proposal,
} from "../storage/commit-loop.ts"
import { StoreFull, StoreReadOnly } from "../storage/metadata-store.ts"
import type { ObjectStore } from "./object-store.ts"
import { RuleBroken } from "./rule-broken.ts"

const STORE_REFUSALS = [
  StoreReadOnly,
  StoreFull,
  BlobStoreReadOnly,
  BlobStoreFull,
  CommitContended,
] as const

/** Runs a write to the stores. When they accept no writes, throws Unavailable, and nothing was changed. */
export async function translateRefusal<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!STORE_REFUSALS.some((refusal) => error instanceof refusal)) throw error
    const reason = error instanceof Error ? error.message : ""
    throw new RuleBroken("Unavailable", {}, `The store takes no writes: ${reason}`)
  }
}

/** The commit loop, with the store's refusals translated to RuleBroken. */
export function commitChange<Result>(
  store: ObjectStore,
  propose: (attempt: Attempt) => Proposal<Result> | Promise<Proposal<Result>>,
): Promise<Committed<Result>> {
  return translateRefusal(() => commitProposal(store, propose))
}

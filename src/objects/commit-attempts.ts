import { setTimeout as delay } from "node:timers/promises"
import { BlobStoreFull, BlobStoreReadOnly } from "../storage/blob-store.ts"
import {
  type Displaced,
  type Guard,
  type MetadataStore,
  StoreFull,
  StoreReadOnly,
  type Version,
  type Write,
} from "../storage/metadata-store.ts"
import { newCommit } from "../storage/commit.ts"
import type { Clock } from "../base/clock.ts"
import { RuleBroken } from "./rule-broken.ts"

const ATTEMPTS_MAX = 20

/** One attempt's checks and changes, made afresh from what the store holds now. */
export interface Proposal {
  readonly guards: readonly Guard[]
  readonly writes: readonly Write[]
}

/** What came of an applied commit. */
export interface Applied {
  /** The version of every row that it wrote. */
  readonly version: Version
  readonly displaced: readonly Displaced[] | "unknown"
}

/**
 * Proposes and commits until the commit is applied. `propose` reads what it needs and throws when a rule is broken; it
 * is called again only after a known conflict, so nothing is ever applied twice. Throws ServiceUnavailable when others kept winning.
 */
export async function commitProposal(
  { metadata, clock }: { metadata: MetadataStore; clock: Clock },
  propose: (attempt: number) => Proposal | Promise<Proposal>,
): Promise<Applied> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (attempt > 2) await delay(attempt)
    const proposal = await propose(attempt)
    const commit = newCommit(clock, proposal)
    const result = await translateRefusal(() => metadata.commit(commit))
    if (result.outcome === "applied") {
      return { version: commit.version, displaced: result.displaced }
    }
  }
  throw new RuleBroken("ServiceUnavailable", {}, "Others kept changing the same rows. Try again.")
}

/** Runs a write to the stores; their refusal to write at all becomes ServiceUnavailable. */
export async function translateRefusal<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!STORE_REFUSALS.some((refusal) => error instanceof refusal)) throw error
    const reason = error instanceof Error ? error.message : ""
    throw new RuleBroken("ServiceUnavailable", {}, `The store takes no writes: ${reason}`)
  }
}

const STORE_REFUSALS = [StoreReadOnly, StoreFull, BlobStoreReadOnly, BlobStoreFull] as const

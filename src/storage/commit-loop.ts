import { setTimeout as delay } from "node:timers/promises"
import type { Clock } from "../base/clock.ts"
import { newCommit } from "./commit.ts"
import { changesLedger, ledgerWrites } from "./ledger.ts"
import {
  type Commit,
  type CommitResult,
  type Displaced,
  type Guard,
  type MetadataStore,
  OutcomeUnknown,
  type Version,
  type Write,
} from "./metadata-store.ts"

/** How often a proposal is made anew before others are said to have won. */
const ATTEMPTS_MAX = 50
/** Attempts that follow each other at once; from then on each waits a little longer than the one before. */
const EAGER_ATTEMPTS = 3
const WAIT_MS_MAX = 20
/** How often one commit is sent whose outcome nobody told. */
const SENDS_MAX = 5

/** The checks and changes of one attempt, decided on what the store holds. No writes: there is nothing to do. */
export interface Proposal<Result> {
  readonly guards?: readonly Guard[]
  readonly writes: readonly Write[]
  /**
   * Frees room or takes a right away, so that a full disk must not stop it (Commit.isRelease). A proposal that only deletes
   * is one without saying so.
   */
  readonly isRelease?: boolean
  readonly result: Result
}

export interface Attempt {
  /** The first attempt may use what the caller has read already; a later one follows a conflict and reads again. */
  readonly isFirst: boolean
}

/** What an applied proposal came to. */
export interface Committed<Result> {
  readonly result: Result
  /** What writes with `expect: "any"` replaced; "unknown" after a commit that had to be sent again. */
  readonly displaced: readonly Displaced[] | "unknown"
  /** The version of every row that was written; undefined when nothing was. */
  readonly version: Version | undefined
}

/** Others changed the same rows at every attempt. Nothing was done. */
export class CommitContended extends Error {
  override name = "CommitContended"
}

/**
 * The one loop in which rows are changed: propose, commit, and propose anew after a known conflict. `propose` throws when
 * a rule is broken, and then nothing was done. A commit whose outcome is unknown is sent again under its own id, so it is
 * applied at most once. Ledgers of the families that have one are kept. Throws CommitContended, OutcomeUnknown when the store never told, and what the store throws.
 */
export async function commitProposal<Result>(
  parts: { readonly metadata: MetadataStore; readonly clock: Clock },
  propose: (attempt: Attempt) => Proposal<Result> | Promise<Proposal<Result>>,
): Promise<Committed<Result>> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (attempt >= EAGER_ATTEMPTS) await delay(Math.min(attempt, WAIT_MS_MAX))
    const proposal = await propose({ isFirst: attempt === 0 })
    const { guards = [], writes, result } = proposal
    if (writes.length === 0) return { result, displaced: [], version: undefined }
    const allWrites = changesLedger(writes)
      ? [...writes, ...(await ledgerWrites(parts.metadata, writes))]
      : writes
    const isRelease = isReleasing(proposal)
    const commit = newCommit(parts.clock, { guards, writes: allWrites, isRelease })
    const sent = await send(parts.metadata, commit)
    if (sent.outcome === "applied") {
      return { result, displaced: sent.displaced, version: commit.version }
    }
  }
  throw new CommitContended("others kept changing the same rows")
}

/** Whoever only deletes frees room, although a ledger that is written along takes a little. */
function isReleasing({ writes, isRelease = false }: Proposal<unknown>): boolean {
  return isRelease || writes.every(({ value }) => value === null)
}

/** Sends one commit until its outcome is known. */
async function send(metadata: MetadataStore, commit: Commit): Promise<CommitResult> {
  for (let sent = 1; ; sent += 1) {
    try {
      return await metadata.commit(commit)
    } catch (error) {
      if (!(error instanceof OutcomeUnknown) || sent === SENDS_MAX) throw error
      await delay(sent)
    }
  }
}

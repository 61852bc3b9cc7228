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

/** How many times a proposal is made before CommitContended is thrown. */
const ATTEMPTS_MAX = 50
/** Attempts without a wait between them. From then on each waits a little longer than the one before. */
const EAGER_ATTEMPTS = 3
const WAIT_MS_MAX = 20
/** How many times a commit with an unknown outcome is sent. */
const SENDS_MAX = 5

/** The checks and changes of one attempt, based on what the store holds. Without writes there is nothing to do. */
export interface Proposal<Result> {
  readonly guards?: readonly Guard[]
  readonly writes: readonly Write[]
  /**
   * Frees room or revokes a right, so a full disk must not stop it (Commit.isRelease). A proposal that only deletes
   * counts as one without this flag.
   */
  readonly isRelease?: boolean
  readonly result: Result
}

export interface Attempt {
  /** The first attempt may use what the caller has already read. A later one follows a conflict and reads again. */
  readonly isFirst: boolean
}

/** The outcome of an applied proposal. */
export interface Committed<Result> {
  readonly result: Result
  /** What writes with `expect: "any"` replaced; "unknown" after a commit that was sent again. */
  readonly displaced: readonly Displaced[] | "unknown"
  /** The version of every written row; undefined when nothing was written. */
  readonly version: Version | undefined
}

/** Other commits changed the same rows at every attempt. Nothing was done. */
export class CommitContended extends Error {
  override name = "CommitContended"
}

/**
 * The only loop that changes rows: propose, commit, and propose again after a known conflict. `propose` throws when a
 * rule is broken; then nothing was done. A commit whose outcome is unknown is sent again under its own id, so it is
 * applied at most once. The loop also writes the ledgers of families that have one. Throws CommitContended,
 * OutcomeUnknown when the store never reported the outcome, and any error of the store.
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

/** A commit that only deletes frees room, although a ledger written along takes a little. */
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

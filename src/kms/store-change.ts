import type { Clock } from "../base/clock.ts"
import { newCommit } from "../storage/commit.ts"
import {
  type Commit,
  type CommitResult,
  type Guard,
  type MetadataStore,
  OutcomeUnknown,
  StoreFull,
  StoreReadOnly,
  type Write,
} from "../storage/metadata-store.ts"
import { KmsError } from "./kms-error.ts"

const ATTEMPTS_MAX = 100
const SENDS_MAX = 5

/** What a commit is to do, decided on rows read just before. No writes means that nothing is to be done. */
export interface Change<Result> {
  readonly guards?: readonly Guard[]
  readonly writes: readonly Write[]
  readonly result: Result
}

/**
 * Commits what `decide` answers. After a known conflict it decides again, on rows read again. Throws what `decide`
 * throws, and KmsError Unavailable when others were faster every time, the store takes no writes, or it does not tell
 * what became of one.
 */
export async function commitChange<Result>(
  store: MetadataStore,
  clock: Clock,
  decide: () => Promise<Change<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { guards = [], writes, result } = await decide()
    if (writes.length === 0) return result
    const { outcome } = await send(store, newCommit(clock, { guards, writes }))
    if (outcome === "applied") return result
  }
  throw new KmsError("Unavailable", "too many changes of the same CMK or alias at once")
}

/** Sends one commit until its outcome is known. */
async function send(store: MetadataStore, commit: Commit): Promise<CommitResult> {
  for (let sent = 1; ; sent += 1) {
    try {
      return await store.commit(commit)
    } catch (error) {
      if (error instanceof StoreReadOnly || error instanceof StoreFull) {
        throw new KmsError("Unavailable", "the store takes no changes now")
      }
      if (!(error instanceof OutcomeUnknown)) throw error
      if (sent === SENDS_MAX) throw new KmsError("Unavailable", "the change may or may not be made")
    }
  }
}

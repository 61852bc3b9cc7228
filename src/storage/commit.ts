import type { Clock } from "../base/clock.ts"
import { randomBytes, timeOrderedId } from "../base/random.ts"
import type { Commit, CommitId, Version } from "./metadata-store.ts"

/** A commit with a new id and a new version. */
export function newCommit(
  clock: Clock,
  changes: Pick<Commit, "guards" | "writes" | "isRelease">,
): Commit {
  return {
    id: timeOrderedId(clock.nowMs()).toString("hex") as CommitId,
    version: newVersion(),
    guards: changes.guards,
    writes: changes.writes,
    ...(changes.isRelease === true ? { isRelease: true } : {}),
  }
}

/** 63 random bits, never 0. */
function newVersion(): Version {
  const version = randomBytes(8).readBigUInt64BE() >> 1n
  return (version === 0n ? 1n : version) as Version
}

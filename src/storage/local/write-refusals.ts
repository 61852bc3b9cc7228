import type { Clock } from "../../base/clock.ts"
import type { Log } from "../../base/log.ts"
import { BlobStoreFull, BlobStoreReadOnly } from "../blob-store.ts"
import { StoreFull, StoreReadOnly } from "../metadata-store.ts"
import type { ReadOnlyState } from "./read-only-state.ts"

/** Why a data directory takes no writes. */
export type WriteRefusal = "full" | "read-only"

/** What is said of refused writes. */
export interface WriteRefusals {
  /** Why writes are refused now; none while all is well. */
  readonly current: () => readonly WriteRefusal[]
  /** Receives the error of a write. Logs a refusal, and then no other for the same reason for a minute. */
  readonly note: (error: unknown) => void
}

const QUIET_MS = 60_000

const WHAT_TO_DO: Readonly<Record<WriteRefusal, string>> = {
  full: "a write was refused: the disk is nearly full. Delete objects, which still works, or give the data directory's file system more room; writes go on by themselves once more than 64 MiB are free on the disk, and those of objects of up to 64 KiB once 32 MiB are free within the database",
  "read-only":
    "a write was refused: the data directory is read-only since a write to the disk failed. Check the disk and its file system, then restart; reads go on until then",
}

export function createWriteRefusals({
  directory,
  state,
  hasRoom,
  clock,
  log,
}: {
  readonly directory: string
  readonly state: ReadOnlyState
  readonly hasRoom: () => boolean
  readonly clock: Clock
  readonly log: Log
}): WriteRefusals {
  const told = new Map<WriteRefusal, { untilMs: number; untold: number }>()
  return {
    current() {
      if (state.reason() !== undefined) return ["read-only"]
      return hasRoom() ? [] : ["full"]
    },
    note(error) {
      const refusal = refusalOf(error)
      if (refusal === undefined) return
      const nowMs = clock.nowMs()
      const last = told.get(refusal)
      if (last !== undefined && nowMs < last.untilMs) {
        last.untold += 1
        return
      }
      told.set(refusal, { untilMs: nowMs + QUIET_MS, untold: 0 })
      const reason = error instanceof Error ? error.message : ""
      const refusedBefore = last?.untold ?? 0
      log.warn({ directory, reason, refusedBefore }, WHAT_TO_DO[refusal])
    },
  }
}

function refusalOf(error: unknown): WriteRefusal | undefined {
  if (error instanceof StoreFull || error instanceof BlobStoreFull) return "full"
  const isReadOnly = error instanceof StoreReadOnly || error instanceof BlobStoreReadOnly
  return isReadOnly ? "read-only" : undefined
}

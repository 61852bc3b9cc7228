import type { Attempt } from "../storage/commit-loop.ts"
import type { Guard, Write } from "../storage/metadata-store.ts"
import { type Bucket, reloadBucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import { type OwnHead, readOwnHead } from "./own-head.ts"
import type { Freed } from "./reclaim.ts"
import { checkObjectRight, isOwner } from "./rights.ts"
import type { ObjectVersion, Versioning, VersionIdentity } from "./rows/records.ts"
import {
  CURRENT,
  currentWrite,
  findVersion,
  freedOf,
  freedOfDisplaced,
  headWrites,
  inlineRowOf,
  keepWrites,
  objectOf,
  orderAfter,
  type Removal,
  removeOlderNull,
} from "./rows/version-rows.ts"
import type { RuleBroken } from "./rule-broken.ts"
import { commitChange } from "./store-refusal.ts"
import type { Target } from "./target.ts"

/** A new version that becomes the newest. */
export interface Replacement {
  /**
   * Decides whether the name is refused as it is, and returns the reason. `taken` is the newest version; it is undefined if
   * there is none or it is a delete marker. Without this function, or if it returns undefined, the name is not refused.
   */
  readonly refuseTaken: RefuseTaken | undefined
  /** Returns the record and its rows, for the identity that the version gets. Called at every attempt. */
  readonly make: (identity: VersionIdentity) => MadeVersion
  /** What else the commit checks and writes, asked at every attempt. Throws RuleBroken. */
  readonly beside: (attempt: Attempt, bucket: Bucket) => Promise<Beside>
}

export type RefuseTaken = (
  taken: ObjectVersion | undefined,
  versioning: Versioning,
) => RuleBroken | undefined

export interface MadeVersion {
  readonly record: ObjectVersion
  /** The sealed bytes of a small object. */
  readonly inline: Buffer | undefined
  readonly writes: readonly Write[]
}

export interface Beside {
  readonly guards: readonly Guard[]
  readonly writes: readonly Write[]
}

interface Plan {
  readonly record: ObjectVersion
  readonly writes: readonly Write[]
  readonly freed: readonly Freed[]
}

/**
 * Makes a new version the newest one, guarded by its bucket and by what `beside` returns. Every attempt judges the
 * caller's right again, on the current rows. The replaced version is kept if the bucket keeps versions, and freed
 * otherwise. Resolves when durable. Throws RuleBroken; then nothing was changed.
 */
export async function replaceCurrent(
  store: ObjectStore,
  target: Target,
  replacement: Replacement,
): Promise<ObjectVersion> {
  const { result, displaced } = await commitChange(store, async (attempt) => {
    const bucket = attempt.isFirst ? target.bucket : await reloadBucket(store, target.bucket)
    const beside = await replacement.beside(attempt, bucket)
    const plan = await planReplacement(store, { ...target, bucket }, replacement)
    return {
      guards: [bucket.guard, ...beside.guards],
      writes: [...plan.writes, ...beside.writes],
      result: plan,
    }
  })
  store.reclaimer.free([...result.freed, ...freedOfDisplaced(displaced)])
  return result.record
}

function planReplacement(
  store: ObjectStore,
  target: Target,
  replacement: Replacement,
): Promise<Plan> {
  const { versioning } = target.bucket.record
  if (versioning === "never") return replaceOnly(store, target, replacement)
  return replaceVersioned(store, target, replacement, versioning)
}

/** In a bucket without versions, replaces whatever is there. Reads it first only when something depends on it. */
async function replaceOnly(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  { refuseTaken, make }: Replacement,
): Promise<Plan> {
  const order = orderAfter(store.clock.nowMs(), undefined)
  const { record, inline, writes } = make({ versionId: "null", order })
  const inlineWrite: Write = {
    key: inlineRowOf(bucket, objectKey, "null"),
    value: inline ?? null,
    expect: "unread",
  }
  if (refuseTaken === undefined && isOwner(caller, bucket)) {
    const current = currentWrite(bucket, objectKey, record, "any")
    return { record, writes: [current, inlineWrite, ...writes], freed: [] }
  }
  const found = await findVersion(store, bucket, objectKey, CURRENT)
  const taken = objectOf(found?.record)
  checkObjectRight(caller, bucket, taken, "write")
  checkTaken(taken, "never", refuseTaken)
  const current = currentWrite(bucket, objectKey, record, found?.row.version ?? "absent")
  const freed = found === undefined ? [] : freedOf(found.record)
  return { record, writes: [current, inlineWrite, ...writes], freed }
}

async function replaceVersioned(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  { refuseTaken, make }: Replacement,
  versioning: "enabled" | "suspended",
): Promise<Plan> {
  const ownHead = await readOwnHead(store, { caller, bucket, objectKey })
  const { head, top } = ownHead
  checkObjectRight(caller, bucket, objectOf(top), "write")
  checkTaken(objectOf(top), versioning, refuseTaken)
  const { identity, removal } = await makeRoom(
    store,
    { caller, bucket, objectKey },
    ownHead,
    versioning,
  )
  const { record, inline, writes } = make(identity)
  const inlineWrites: Write[] =
    inline === undefined && identity.versionId !== "null"
      ? []
      : [
          {
            key: inlineRowOf(bucket, objectKey, identity.versionId),
            value: inline ?? null,
            expect: "unread",
          },
        ]
  return {
    record,
    writes: [
      ...headWrites(bucket, objectKey, head, record),
      ...removal.writes,
      ...inlineWrites,
      ...writes,
    ],
    freed: removal.freed,
  }
}

function checkTaken(
  taken: ObjectVersion | undefined,
  versioning: Versioning,
  refuseTaken: RefuseTaken | undefined,
): void {
  const refusal = refuseTaken?.(taken, versioning)
  if (refusal !== undefined) throw refusal
}

/**
 * The identity of a version that becomes the newest, and what must make room for it. Where versions are kept, the
 * previous one moves to the older ones. Where versioning is suspended, the new one replaces the null version, wherever
 * that is.
 */
export async function makeRoom(
  store: ObjectStore,
  { bucket, objectKey }: Target,
  { top, after }: Omit<OwnHead, "head">,
  versioning: "enabled" | "suspended",
): Promise<{ identity: VersionIdentity; removal: Removal }> {
  const order = orderAfter(store.clock.nowMs(), after)
  const kept = top === undefined ? [] : keepWrites(bucket, objectKey, top)
  if (versioning === "enabled") {
    return { identity: { versionId: order, order }, removal: { writes: kept, freed: [] } }
  }
  const identity: VersionIdentity = { versionId: "null", order }
  if (top?.versionId === "null") return { identity, removal: { writes: [], freed: freedOf(top) } }
  const older = await removeOlderNull(store, bucket, objectKey)
  return { identity, removal: { writes: [...kept, ...older.writes], freed: older.freed } }
}

import { SealBroken } from "../sealing/seal-broken.ts"
import { getEach } from "../storage/get-each.ts"
import type { Write } from "../storage/metadata-store.ts"
import type { Caller } from "../identity/caller.ts"
import { type Bucket, reloadBucket } from "./buckets.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { findUnopened, maySurvive, readOwnHead } from "./own-head.ts"
import type { Freed } from "./reclaim.ts"
import { makeRoom } from "./replace.ts"
import { checkObjectRight, isOwner } from "./rights.ts"
import { currentRow, versionRow } from "./rows/keyspace.ts"
import type { DeleteMarker, VersionId, VersionRecord } from "./rows/records.ts"
import {
  CURRENT,
  findVersion,
  type FoundVersion,
  freedOf,
  headWrites,
  inlineRemoval,
  inlineRowOf,
  objectOf,
  removeVersion,
  versionOf,
} from "./rows/version-rows.ts"
import { commitChange } from "./store-refusal.ts"
import type { Target } from "./target.ts"

/** What to delete: a name, or one version of it for good. */
export interface Doomed {
  readonly objectKey: ObjectKey
  readonly versionId: VersionId | undefined
}

/** The result of a deletion. A missing version counts as deleted. */
export type Deletion =
  /** The name, or the version, is gone. */
  | {
      readonly kind: "removed"
      readonly versionId: VersionId | undefined
      readonly wasMarker: boolean
    }
  /** The bucket keeps versions: a delete marker is now the newest one. */
  | { readonly kind: "marked"; readonly versionId: VersionId }

interface Plan {
  readonly writes: readonly Write[]
  readonly freed: readonly Freed[]
  readonly deletion: Deletion
}

/** Keeps a batch's commit within the store's limit: one deletion writes at most seven rows. */
const DELETIONS_PER_COMMIT = 120

/** Deletes one name or version. Throws RuleBroken when the object's ACL, or else its bucket's, does not allow it. */
export async function deleteObject(
  store: ObjectStore,
  target: Target,
  versionId: VersionId | undefined,
): Promise<Deletion> {
  const { caller, bucket, objectKey } = target
  const [deletion] = await deleteObjects(store, caller, bucket, [{ objectKey, versionId }])
  return deletion ?? { kind: "removed", versionId, wasMarker: false }
}

/**
 * Deletes names and versions, in commits of many at once. The ACL of each object decides at the commit. One refusal
 * refuses its whole commit. The results are in the order of `doomed`.
 */
export async function deleteObjects(
  store: ObjectStore,
  caller: Caller,
  bucket: Bucket,
  doomed: readonly Doomed[],
): Promise<Deletion[]> {
  const deletions: Deletion[] = []
  for (const batch of batchesOf(doomed)) {
    const { result } = await commitChange(store, async ({ isFirst }) => {
      const current = isFirst ? bucket : await reloadBucket(store, bucket)
      const plans = await Promise.all(
        batch.map((each) => planOne(store, { caller, bucket: current, ...each }, each)),
      )
      const writes = plans.flatMap((plan) => plan.writes)
      return { guards: [current.guard], writes, isRelease: true, result: plans }
    })
    store.reclaimer.free(result.flatMap(({ freed }) => freed))
    deletions.push(...result.map(({ deletion }) => deletion))
  }
  return deletions
}

/** In the given order, with no name twice in one batch: a later deletion of a name depends on an earlier one. */
function batchesOf(doomed: readonly Doomed[]): Doomed[][] {
  const batches: Doomed[][] = []
  let batch: Doomed[] = []
  let names = new Set<ObjectKey>()
  for (const each of doomed) {
    if (batch.length === DELETIONS_PER_COMMIT || names.has(each.objectKey)) {
      batches.push(batch)
      batch = []
      names = new Set()
    }
    batch.push(each)
    names.add(each.objectKey)
  }
  return batch.length === 0 ? batches : [...batches, batch]
}

function planOne(store: ObjectStore, target: Target, { versionId }: Doomed): Promise<Plan> {
  return versionId === undefined
    ? planDeletion(store, target)
    : planRemoval(store, target, versionId)
}

/** Plans the removal of one version for good. */
async function planRemoval(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  versionId: VersionId,
): Promise<Plan> {
  const found = await findDoomed(store, { caller, bucket, objectKey }, versionId)
  if (found === "damaged") return await planDamagedRemoval(store, bucket, objectKey, versionId)
  checkDeletion(caller, bucket, found?.record)
  const wasMarker = found?.record.kind === "marker"
  const deletion: Deletion = { kind: "removed", versionId, wasMarker }
  if (found === undefined) return { writes: [], freed: [], deletion }
  return { ...(await removeVersion(store, bucket, objectKey, found)), deletion }
}

/**
 * Finds the version, even when the head next to it does not open, because then it is an older one. Returns "damaged"
 * when its own row does not open. Throws SealBroken when the head may be this version, and for any caller but the
 * bucket's owner.
 */
async function findDoomed(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  versionId: VersionId,
): Promise<FoundVersion | "damaged" | undefined> {
  try {
    return await findVersion(store, bucket, objectKey, { kind: "version", versionId })
  } catch (error) {
    if (!maySurvive(error, caller, bucket) || versionId === "null") throw error
    const key = versionRow(bucket.record.instanceId, objectKey, versionId)
    const [row] = await getEach(store.metadata, [key])
    if (row === undefined) throw error
    if (row === "damaged") return "damaged"
    return { record: versionOf(row), row, isLatest: false, inline: undefined }
  }
}

/** What the damaged row names is unknown, so nothing is freed here. The sweep finds the bytes that nothing names afterwards. */
async function planDamagedRemoval(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  versionId: VersionId,
): Promise<Plan> {
  const deletion: Deletion = { kind: "removed", versionId, wasMarker: false }
  if (versionId === "null") return { writes: [], freed: [], deletion }
  const row = await findUnopened(store, versionRow(bucket.record.instanceId, objectKey, versionId))
  if (row === undefined) return { writes: [], freed: [], deletion }
  const inline = inlineRowOf(bucket, objectKey, versionId)
  const writes: Write[] = [
    { key: row.key, value: null, expect: row.version },
    { key: inline, value: null, expect: "unread" },
  ]
  return { writes, freed: [], deletion }
}

/** Plans the deletion of a name: removes its object, or hides it behind a delete marker where versions are kept. */
async function planDeletion(store: ObjectStore, target: Target): Promise<Plan> {
  const { caller, bucket, objectKey } = target
  const { versioning } = bucket.record
  if (versioning === "never") return await planOnlyDeletion(store, target)
  const ownHead = await readOwnHead(store, target)
  const { head, top } = ownHead
  checkDeletion(caller, bucket, top)
  const { identity, removal } = await makeRoom(store, target, ownHead, versioning)
  const marker: DeleteMarker = {
    kind: "marker",
    ...identity,
    lastModifiedMs: store.clock.nowMs(),
  }
  // The null version is removed for good, wherever it was, together with its bytes.
  const inline: Write[] =
    identity.versionId === "null"
      ? [{ key: inlineRowOf(bucket, objectKey, "null"), value: null, expect: "unread" }]
      : []
  return {
    writes: [...headWrites(bucket, objectKey, head, marker), ...removal.writes, ...inline],
    freed: removal.freed,
    deletion: { kind: "marked", versionId: identity.versionId },
  }
}

async function planOnlyDeletion(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
): Promise<Plan> {
  const deletion: Deletion = { kind: "removed", versionId: undefined, wasMarker: false }
  try {
    const found = await findVersion(store, bucket, objectKey, CURRENT)
    checkDeletion(caller, bucket, found?.record)
    if (found === undefined) return { writes: [], freed: [], deletion }
    const gone: Write = { key: found.row.key, value: null, expect: found.row.version }
    const writes = [gone, ...inlineRemoval(bucket, objectKey, found.record)]
    return { writes, freed: freedOf(found.record), deletion }
  } catch (error) {
    if (!(error instanceof SealBroken) || !isOwner(caller, bucket)) throw error
    // What the row names is unknown, so nothing is freed here. The sweep finds the bytes that nothing names afterwards. The
    // bucket's owner can clear the name.
    const { instanceId } = bucket.record
    const rows = [currentRow(instanceId, objectKey), inlineRowOf(bucket, objectKey, "null")]
    const writes = rows.map((key): Write => ({ key, value: null, expect: "unread" }))
    return { writes, freed: [], deletion }
  }
}

function checkDeletion(caller: Caller, bucket: Bucket, record: VersionRecord | undefined): void {
  checkObjectRight(caller, bucket, objectOf(record), "write")
}

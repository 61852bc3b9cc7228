import type { Caller } from "../identity/caller.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import type { Row, StoreKey } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { keyAfter } from "../storage/scan-all.ts"
import type { Bucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import { isOwner } from "./rights.ts"
import { currentRow, markerRow, versionOfRow, versionRowsPrefix } from "./rows/keyspace.ts"
import type { VersionOrder, VersionRecord } from "./rows/records.ts"
import { type Head, newest, readHead } from "./rows/version-rows.ts"
import type { Target } from "./target.ts"

/** The head that a new version replaces. */
export interface OwnHead {
  readonly head: Head
  /** undefined when there is none, or when it does not open. Then it is removed: nobody can read or move it. */
  readonly top: VersionRecord | undefined
  /** The new version's order must come after this one. */
  readonly after: VersionOrder | undefined
}

/**
 * Returns the head, for a caller that replaces it. If the head does not open, the bucket's owner may replace it by the version
 * of its row. For other callers this throws SealBroken, because their rights are unknown.
 */
export async function readOwnHead(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
): Promise<OwnHead> {
  try {
    const head = await readHead(store, bucket, objectKey)
    const top = newest(head)?.record
    return { head, top, after: top?.order }
  } catch (error) {
    if (!maySurvive(error, caller, bucket)) throw error
    const { instanceId } = bucket.record
    const current = await findUnopened(store, currentRow(instanceId, objectKey))
    const marker = await findUnopened(store, markerRow(instanceId, objectKey))
    const bounds = prefixBounds(versionRowsPrefix(instanceId, objectKey))
    const [older] = await store.metadata.scan({ ...bounds, limit: 1, values: false })
    const after = older?.kind === "row" ? versionOfRow(older.key).order : undefined
    return { head: { current, marker }, top: undefined, after }
  }
}

/** Whether a row that does not open may be skipped: only for the bucket's owner. */
export function maySurvive(error: unknown, caller: Caller, bucket: Bucket): boolean {
  return error instanceof SealBroken && isOwner(caller, bucket)
}

/** A row without its value, so it need not open. */
export async function findUnopened(store: ObjectStore, key: StoreKey): Promise<Row | undefined> {
  const bounds = { from: key, to: keyAfter(key) }
  const [found] = await store.metadata.scan({ ...bounds, limit: 1, values: false })
  return found?.kind === "row" ? found : undefined
}

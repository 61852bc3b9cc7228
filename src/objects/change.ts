import { reloadBucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import { loadVersion } from "./read.ts"
import type { ObjectAcl, ObjectVersion } from "./rows/records.ts"
import { changeWrite, type VersionSelector } from "./rows/version-rows.ts"
import { commitChange } from "./store-refusal.ts"
import type { Target } from "./target.ts"

/**
 * Changes attributes of an existing version. Its bytes, encryption and time stay. Throws ObjectNotFound or
 * VersionNotFound.
 */
async function changeVersion(
  store: ObjectStore,
  target: Target,
  selector: VersionSelector,
  change: (record: ObjectVersion) => ObjectVersion,
): Promise<ObjectVersion> {
  const { result } = await commitChange(store, async ({ isFirst }) => {
    const bucket = isFirst ? target.bucket : await reloadBucket(store, target.bucket)
    const found = await loadVersion(store, { ...target, bucket }, selector)
    const changed = change(found.record)
    return {
      guards: [bucket.guard],
      writes: [changeWrite(bucket, found, changed)],
      isRelease: changed.acl === "private",
      result: changed,
    }
  })
  return result
}

export function setObjectAcl(
  store: ObjectStore,
  target: Target,
  selector: VersionSelector,
  acl: ObjectAcl,
): Promise<ObjectVersion> {
  return changeVersion(store, target, selector, (record) => ({ ...record, acl }))
}

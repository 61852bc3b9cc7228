import type { Bucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import { countedOf } from "./rows/tally.ts"

export interface StorageStat {
  readonly objectCount: number
  readonly sizeBytes: number
}

export interface BucketStat {
  /** Of all versions. */
  readonly byStorageClass: ReadonlyMap<string, StorageStat>
  readonly deleteMarkerCount: number
  readonly uploadCount: number
  readonly partCount: number
}

/** The contents of a bucket, as the store counts them with every commit. Reads no row. */
export async function statBucket(store: ObjectStore, bucket: Bucket): Promise<BucketStat> {
  const byStorageClass = new Map<string, StorageStat>()
  const counts = { marker: 0, upload: 0, part: 0 }
  for (const { group, rows, bytes } of await store.metadata.tallies(bucket.record.instanceId)) {
    const { kind, storageClass } = countedOf(group)
    if (kind === "current" || kind === "older") {
      const before = byStorageClass.get(storageClass) ?? { objectCount: 0, sizeBytes: 0 }
      const objectCount = before.objectCount + rows
      byStorageClass.set(storageClass, { objectCount, sizeBytes: before.sizeBytes + bytes })
    } else {
      counts[kind] += rows
    }
  }
  return {
    byStorageClass,
    deleteMarkerCount: counts.marker,
    uploadCount: counts.upload,
    partCount: counts.part,
  }
}

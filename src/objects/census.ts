import type { Bucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import type { EncryptionMethod } from "./rows/records.ts"
import { countedOf } from "./rows/tally.ts"

export interface CensusSum {
  readonly versionCount: number
  readonly sizeBytes: number
}

/** What a bucket contains, or all buckets together. */
export interface Census {
  /** Newest versions. */
  readonly objectCount: number
  readonly olderVersionCount: number
  readonly deleteMarkerCount: number
  readonly uploadCount: number
  readonly partCount: number
  readonly partBytes: number
  /** Of all versions. */
  readonly byMethod: ReadonlyMap<EncryptionMethod, CensusSum>
  readonly byStorageClass: ReadonlyMap<string, CensusSum>
}

/** Counted by the store with every commit: no row is read. Without a bucket: everything. */
export async function takeCensus(store: ObjectStore, bucket?: Bucket): Promise<Census> {
  const byMethod = new Map<EncryptionMethod, CensusSum>()
  const byStorageClass = new Map<string, CensusSum>()
  const rowCounts = { current: 0, older: 0, marker: 0, upload: 0, part: 0 }
  let partBytes = 0
  const prefix = bucket?.record.instanceId ?? Buffer.alloc(0)
  for (const { group, rows, bytes } of await store.metadata.tallies(prefix)) {
    const { kind, method, storageClass } = countedOf(group)
    rowCounts[kind] += rows
    if (kind === "part") partBytes += bytes
    if (kind !== "current" && kind !== "older") continue
    add(byMethod, method, rows, bytes)
    add(byStorageClass, storageClass, rows, bytes)
  }
  return {
    objectCount: rowCounts.current,
    olderVersionCount: rowCounts.older,
    deleteMarkerCount: rowCounts.marker,
    uploadCount: rowCounts.upload,
    partCount: rowCounts.part,
    partBytes,
    byMethod,
    byStorageClass,
  }
}

function add<Name>(sums: Map<Name, CensusSum>, name: Name, rows: number, bytes: number): void {
  const before = sums.get(name) ?? { versionCount: 0, sizeBytes: 0 }
  sums.set(name, {
    versionCount: before.versionCount + rows,
    sizeBytes: before.sizeBytes + bytes,
  })
}

import assert from "node:assert/strict"
import { statBucket } from "../../src/objects/bucket-stat.ts"
import type { Bucket } from "../../src/objects/buckets.ts"
import { type ListedVersion, listVersions } from "../../src/objects/list-versions.ts"
import type { ObjectStore } from "../../src/objects/object-store.ts"
import { partCodec } from "../../src/objects/rows/codecs.ts"
import { versionCodec } from "../../src/objects/rows/version-codec.ts"
import { verifyStore } from "../../src/objects/verify.ts"
import type { Row } from "../../src/storage/metadata-store.ts"
import { prefixBounds, type RowFamily, rowKey } from "../../src/storage/row-keys.ts"
import { scanAll } from "../../src/storage/scan-all.ts"

/** Every version of a bucket, as one page lists them. */
export async function allVersions(
  store: ObjectStore,
  bucket: Bucket,
): Promise<Extract<ListedVersion, { kind: "version" }>[]> {
  const all = { prefix: "", delimiter: "", keyMarker: "", versionIdMarker: undefined, limit: 1000 }
  const { entries } = await listVersions(store, bucket, all)
  return entries.flatMap((entry) => (entry.kind === "version" ? [entry] : []))
}

async function rowsOf(
  store: ObjectStore,
  family: RowFamily,
  ...fields: Buffer[]
): Promise<readonly Row[]> {
  const rows: Row[] = []
  const bounds = prefixBounds(rowKey(family, ...fields))
  for await (const row of scanAll(store.metadata, bounds)) rows.push(row)
  return rows
}

/** The store's counts of a bucket match its rows. */
export async function assertTallies(store: ObjectStore, bucket: Bucket): Promise<void> {
  const { instanceId } = bucket.record
  let [objects, bytes, markers] = [0, 0, 0]
  for (const family of ["current", "marker", "version"] as const) {
    for (const row of await rowsOf(store, family, instanceId)) {
      const record = versionCodec.decode(row.value)
      if (record.kind === "marker") {
        markers += 1
      } else {
        objects += 1
        bytes += record.sizeBytes
      }
    }
  }
  const stat = await statBucket(store, bucket)
  const counted = stat.byStorageClass.get("Standard") ?? { objectCount: 0, sizeBytes: 0 }
  assert.deepEqual(counted, { objectCount: objects, sizeBytes: bytes })
  assert.equal(stat.deleteMarkerCount, markers)
  assert.equal(stat.uploadCount, (await rowsOf(store, "upload", instanceId)).length)
  const parts = await rowsOf(store, "part", instanceId)
  assert.equal(stat.partCount, parts.length)
  const groups = await store.metadata.tallies(instanceId)
  const partBytes = parts.reduce((sum, { value }) => sum + partCodec.decode(value).sizeBytes, 0)
  const sum = groups.reduce((total, group) => total + group.bytes, 0)
  assert.equal(sum, bytes + partBytes)
}

/** Everything opens, and nothing exists that nothing refers to: no blob, no content, no inline bytes. */
export async function assertNothingLeft(store: ObjectStore): Promise<void> {
  const findings: string[] = []
  const summary = await verifyStore(store, {
    finding: ({ what, reason }) => findings.push(`${what}: ${reason}`),
    progress: () => undefined,
  })
  assert.deepEqual(findings, [])
  assert.equal(summary.leftovers, 0, "blobs without a name")
  let [inline, pieces] = [0, 0]
  for (const family of ["current", "version"] as const) {
    for (const { value } of await rowsOf(store, family)) {
      const record = versionCodec.decode(value)
      if (record.kind === "marker") continue
      if (record.content.kind === "inline") inline += 1
      if (record.content.kind === "pieces") pieces += 1
    }
  }
  assert.equal((await rowsOf(store, "inline")).length, inline, "inline rows")
  assert.equal((await rowsOf(store, "content")).length, pieces, "content rows")
  if (pieces === 0) assert.deepEqual(await rowsOf(store, "manifest"), [])
}

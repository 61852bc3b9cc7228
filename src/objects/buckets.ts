import { setTimeout as delay } from "node:timers/promises"
import { onceEach } from "../base/once-each.ts"
import { randomBytes } from "../base/random.ts"
import type { Guard, Row, Version } from "../storage/metadata-store.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import { keyAfter, scanAll } from "../storage/scan-all.ts"
import { commitProposal } from "./commit-attempts.ts"
import { bucketNameOfBucketRow, bucketRow } from "./keyspace.ts"
import type { BucketName } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodeBucket, decodeObject, encodeBucket } from "./records.ts"
import type { BucketAcl, BucketRecord, DefaultEncryption } from "./records.ts"
import { RuleBroken } from "./rule-broken.ts"

/** A bucket as it was read, with the version that commits guard. */
export interface Bucket {
  readonly name: BucketName
  readonly record: BucketRecord
  readonly version: Version
  /** Holds while nobody changed the bucket's row. */
  readonly guard: Guard
}

/** How long a request waits for a DeleteBucket that is looking whether the bucket is empty. */
const DELETING_WAITS_MS = [1, 5, 20, 50, 100, 200]

function noSuchBucket(name: BucketName): RuleBroken {
  return new RuleBroken("NoSuchBucket", { BucketName: name })
}

/** The bucket that a row holds. A store hands out the same row again while it stays as it is. */
export const bucketOf: (row: Row) => Bucket = onceEach(({ key, value, version }) => ({
  name: bucketNameOfBucketRow(key),
  record: decodeBucket(value),
  version,
  guard: { key, version },
}))

/** The bucket, or undefined. Waits shortly while it is being deleted: that may fail, and then it is there again. */
export async function findBucket(
  store: ObjectStore,
  name: BucketName,
): Promise<Bucket | undefined> {
  for (const waitMs of [...DELETING_WAITS_MS, 0]) {
    const [row] = await store.metadata.get([bucketRow(name)])
    if (row === undefined) return undefined
    const bucket = bucketOf(row)
    if (bucket.record.deleting !== true) return bucket
    if (waitMs > 0) await delay(waitMs)
  }
  return undefined
}

/** Throws NoSuchBucket. */
export async function loadBucket(store: ObjectStore, name: BucketName): Promise<Bucket> {
  const bucket = await findBucket(store, name)
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** The same bucket as it is now; throws NoSuchBucket also when another one was made under its name. */
export async function reloadBucket(store: ObjectStore, bucket: Bucket): Promise<Bucket> {
  const current = await loadBucket(store, bucket.name)
  if (!current.record.instanceId.equals(bucket.record.instanceId)) throw noSuchBucket(bucket.name)
  return current
}

export interface NewBucket {
  readonly name: BucketName
  readonly ownerId: string
  readonly acl?: BucketAcl
  readonly defaultEncryption?: DefaultEncryption
  readonly storageClass: string
  readonly dataRedundancyType: string
}

/**
 * Makes a bucket and its bucket key. Its owner may repeat the request: what is given is then set, and a different storage
 * class or redundancy is refused, as the service does (BucketAlreadyExists).
 */
export async function createBucket(store: ObjectStore, input: NewBucket): Promise<void> {
  const { name, ...wanted } = input
  await commitProposal(store, async () => {
    const existing = await findBucket(store, name)
    if (existing !== undefined) {
      checkRepeatedCreation(existing, input)
      const record = {
        ...existing.record,
        ...(input.acl === undefined ? {} : { acl: input.acl }),
        ...(input.defaultEncryption === undefined
          ? {}
          : { defaultEncryption: input.defaultEncryption }),
      }
      return { guards: [], writes: [bucketWrite(name, record, existing.version)] }
    }
    const record: BucketRecord = {
      ...wanted,
      acl: input.acl ?? "private",
      instanceId: randomBytes(16),
      createdMs: store.clock.nowMs(),
    }
    return {
      guards: [],
      writes: [bucketWrite(name, record, "absent"), store.bucketKeys.create(record.instanceId)],
    }
  })
}

function checkRepeatedCreation({ name, record }: Bucket, input: NewBucket): void {
  const refusal = (message: string): RuleBroken =>
    new RuleBroken("BucketAlreadyExists", { BucketName: name }, message)
  if (record.ownerId !== input.ownerId) throw refusal("")
  if (record.storageClass !== input.storageClass) {
    throw refusal("Cannot modify existing bucket's storage class.")
  }
  if (record.dataRedundancyType !== input.dataRedundancyType) {
    throw refusal("Cannot modify existing bucket's data redundancy type.")
  }
}

function bucketWrite(
  name: BucketName,
  record: BucketRecord,
  expect: Version | "absent",
): { key: Uint8Array; value: Buffer; expect: Version | "absent" } {
  return { key: bucketRow(name), value: encodeBucket(record), expect }
}

async function changeBucket(
  store: ObjectStore,
  bucket: Bucket,
  change: (record: BucketRecord) => BucketRecord,
): Promise<void> {
  await commitProposal(store, async (attempt) => {
    const current = attempt === 0 ? bucket : await reloadBucket(store, bucket)
    return {
      guards: [],
      writes: [bucketWrite(bucket.name, change(current.record), current.version)],
    }
  })
}

export async function setBucketAcl(
  store: ObjectStore,
  bucket: Bucket,
  acl: BucketAcl,
): Promise<void> {
  await changeBucket(store, bucket, (record) => ({ ...record, acl }))
}

/** Existing objects stay as they are. `undefined` removes the default; removing none is no error. */
export async function setDefaultEncryption(
  store: ObjectStore,
  bucket: Bucket,
  defaultEncryption: DefaultEncryption | undefined,
): Promise<void> {
  await changeBucket(store, bucket, ({ defaultEncryption: _previous, ...record }) =>
    defaultEncryption === undefined ? record : { ...record, defaultEncryption },
  )
}

export interface BucketPage {
  readonly buckets: readonly Bucket[]
  readonly nextMarker?: string
}

/** Buckets of one owner in name order, after `marker`. */
export async function listBuckets(
  store: ObjectStore,
  options: { ownerId: string; prefix: string; marker: string; limit: number },
): Promise<BucketPage> {
  const { to } = prefixBounds(rowKey("bucket", options.prefix))
  const buckets: Bucket[] = []
  let from: Uint8Array =
    options.marker >= options.prefix && options.marker !== ""
      ? rowKey("bucket", options.marker, Buffer.alloc(0))
      : rowKey("bucket", options.prefix)
  while (buckets.length <= options.limit) {
    const rows = await store.metadata.scan({ from, to, limit: 1000 })
    for (const row of rows) {
      if (row.kind === "prefix") continue
      from = keyAfter(row.key)
      if (row.kind === "damaged") continue
      const bucket = bucketOf(row)
      if (bucket.record.ownerId === options.ownerId) buckets.push(bucket)
    }
    if (rows.length < 1000) break
  }
  if (buckets.length <= options.limit) return { buckets }
  const page = buckets.slice(0, options.limit)
  const last = page.at(-1)
  return last === undefined ? { buckets: page } : { buckets: page, nextMarker: last.name }
}

/** The bounds of everything that keeps a bucket from being deleted. */
function contentBounds(instanceId: Buffer): { from: Uint8Array; to: Uint8Array }[] {
  return [prefixBounds(rowKey("current", instanceId)), prefixBounds(rowKey("upload", instanceId))]
}

async function isEmpty(store: ObjectStore, instanceId: Buffer): Promise<boolean> {
  for (const bounds of contentBounds(instanceId)) {
    const rows = await store.metadata.scan({ ...bounds, limit: 1, values: false })
    if (rows.length > 0) return false
  }
  return true
}

/**
 * Mark, scan, commit: the mark makes every write under way conflict, so what the scan does not see cannot appear. The
 * bucket key goes with the bucket: nothing of it can be opened again. Throws BucketNotEmpty and takes the mark back.
 */
export async function deleteBucket(store: ObjectStore, bucket: Bucket): Promise<void> {
  const notEmpty = new RuleBroken("BucketNotEmpty", { BucketName: bucket.name })
  if (!(await isEmpty(store, bucket.record.instanceId))) throw notEmpty
  await changeBucket(store, bucket, (record) => ({ ...record, deleting: true }))
  if (!(await finishDeletion(store, bucket.name))) throw notEmpty
}

/** Ends a marked deletion: deletes the bucket when it is empty, or takes the mark back. true when it was deleted. */
export async function finishDeletion(store: ObjectStore, name: BucketName): Promise<boolean> {
  let deleted = true
  await commitProposal(store, async () => {
    const [row] = await store.metadata.get([bucketRow(name)])
    if (row === undefined) return { guards: [], writes: [] }
    const { record, version } = bucketOf(row)
    const { deleting, ...unmarked } = record
    deleted = deleting === true && (await isEmpty(store, record.instanceId))
    if (!deleted) return { guards: [], writes: [bucketWrite(name, unmarked, version)] }
    return {
      guards: [],
      writes: [
        { key: bucketRow(name), value: null, expect: version },
        store.bucketKeys.destroy(record.instanceId),
      ],
    }
  })
  return deleted
}

export interface BucketStat {
  readonly sizeBytes: number
  readonly objectCount: number
  readonly uploadCount: number
}

/** Counts by reading every row of the bucket. */
export async function statBucket(store: ObjectStore, bucket: Bucket): Promise<BucketStat> {
  const stat = { sizeBytes: 0, objectCount: 0, uploadCount: 0 }
  const [objects, uploads] = contentBounds(bucket.record.instanceId)
  if (objects === undefined || uploads === undefined) return stat
  for await (const row of scanAll(store.metadata, objects)) {
    stat.objectCount += 1
    stat.sizeBytes += decodeObject(row.value).sizeBytes
  }
  for await (const _row of scanAll(store.metadata, uploads, { values: false }))
    stat.uploadCount += 1
  return stat
}

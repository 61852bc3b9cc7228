import { setTimeout as delay } from "node:timers/promises"
import { onceEach } from "../base/once-each.ts"
import { randomBytes } from "../base/random.ts"
import type { Guard, Row, Version } from "../storage/metadata-store.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import { keyAfter, scanAll } from "../storage/scan-all.ts"
import type { BucketName } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { bucketCodec } from "./rows/codecs.ts"
import { BUCKET_ROWS, bucketNameOfRow, bucketRow } from "./rows/keyspace.ts"
import type { BucketAcl, BucketRecord, EncryptionChoice, Versioning } from "./rows/records.ts"
import { RuleBroken } from "./rule-broken.ts"
import { commitChange } from "./store-refusal.ts"

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
  return new RuleBroken("BucketNotFound", { bucketName: name })
}

/** The bucket that a row holds. A store hands out the same row again while it stays as it is. */
export const bucketOf: (row: Row) => Bucket = onceEach(({ key, value, version }) => ({
  name: bucketNameOfRow(key),
  record: bucketCodec.decode(value),
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
    if (bucket.record.state.kind === "active") return bucket
    if (waitMs > 0) await delay(waitMs)
  }
  return undefined
}

/** Throws BucketNotFound. */
export async function loadBucket(store: ObjectStore, name: BucketName): Promise<Bucket> {
  const bucket = await findBucket(store, name)
  if (bucket === undefined) throw noSuchBucket(name)
  return bucket
}

/** The same bucket as it is now; throws BucketNotFound also when another one was made under its name. */
export async function reloadBucket(store: ObjectStore, bucket: Bucket): Promise<Bucket> {
  const current = await loadBucket(store, bucket.name)
  if (!current.record.instanceId.equals(bucket.record.instanceId)) throw noSuchBucket(bucket.name)
  return current
}

export interface NewBucket {
  readonly name: BucketName
  readonly ownerId: string
  readonly acl?: BucketAcl
  readonly defaultEncryption?: EncryptionChoice
  readonly storageClass: string
  readonly dataRedundancyType: string
}

/**
 * Makes a bucket and its bucket key. Its owner may repeat the request: what is given is then set, and a different storage
 * class or redundancy is refused, as the service does (BucketExists).
 */
export async function createBucket(store: ObjectStore, input: NewBucket): Promise<void> {
  const { name } = input
  await commitChange(store, async () => {
    const existing = await findBucket(store, name)
    if (existing !== undefined) {
      checkRepeatedCreation(existing, input)
      const { acl = existing.record.acl } = input
      const { defaultEncryption = existing.record.defaultEncryption } = input
      const record: BucketRecord = { ...existing.record, acl, defaultEncryption }
      return { writes: [bucketWrite(name, record, existing.version)], result: undefined }
    }
    const record: BucketRecord = {
      ownerId: input.ownerId,
      storageClass: input.storageClass,
      dataRedundancyType: input.dataRedundancyType,
      acl: input.acl ?? "private",
      defaultEncryption: input.defaultEncryption ?? { method: "none" },
      versioning: "never",
      state: { kind: "active" },
      instanceId: randomBytes(16),
      createdMs: store.clock.nowMs(),
    }
    return {
      writes: [bucketWrite(name, record, "absent"), store.bucketKeys.create(record.instanceId)],
      result: undefined,
    }
  })
}

function checkRepeatedCreation({ name, record }: Bucket, input: NewBucket): void {
  const refusal = (message: string): RuleBroken =>
    new RuleBroken("BucketExists", { bucketName: name }, message)
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
  return { key: bucketRow(name), value: bucketCodec.encode(record), expect }
}

async function changeBucket(
  store: ObjectStore,
  bucket: Bucket,
  change: (record: BucketRecord) => BucketRecord,
  { isRelease = false }: { readonly isRelease?: boolean } = {},
): Promise<void> {
  await commitChange(store, async ({ isFirst }) => {
    const current = isFirst ? bucket : await reloadBucket(store, bucket)
    return {
      writes: [bucketWrite(bucket.name, change(current.record), current.version)],
      isRelease,
      result: undefined,
    }
  })
}

export async function setBucketAcl(
  store: ObjectStore,
  bucket: Bucket,
  acl: BucketAcl,
): Promise<void> {
  await changeBucket(store, bucket, (record) => ({ ...record, acl }), {
    isRelease: acl === "private",
  })
}

/** Existing objects stay as they are. */
export async function setDefaultEncryption(
  store: ObjectStore,
  bucket: Bucket,
  defaultEncryption: EncryptionChoice,
): Promise<void> {
  await changeBucket(store, bucket, (record) => ({ ...record, defaultEncryption }))
}

/** Begins to keep versions, or stops; a bucket that once kept versions is never again as if it had not. */
export async function setVersioning(
  store: ObjectStore,
  bucket: Bucket,
  versioning: Exclude<Versioning, "never">,
): Promise<void> {
  await changeBucket(store, bucket, (record) => ({ ...record, versioning }))
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

/** How many buckets an owner has; one whose row does not open is not counted. */
export async function countBuckets(store: ObjectStore, ownerId: string): Promise<number> {
  let count = 0
  const onDamaged = (): void => undefined
  for await (const row of scanAll(store.metadata, prefixBounds(BUCKET_ROWS), { onDamaged })) {
    if (bucketOf(row).record.ownerId === ownerId) count += 1
  }
  return count
}

/** The families with something in them that keeps a bucket from being deleted. */
const CONTENT_FAMILIES = ["current", "marker", "version", "upload"] as const

type ContentFamily = (typeof CONTENT_FAMILIES)[number]

/** The first family with something in it. */
async function findContent(
  store: ObjectStore,
  instanceId: Buffer,
): Promise<ContentFamily | undefined> {
  for (const family of CONTENT_FAMILIES) {
    const bounds = prefixBounds(rowKey(family, instanceId))
    const rows = await store.metadata.scan({ ...bounds, limit: 1, values: false })
    if (rows.length > 0) return family
  }
  return undefined
}

function notEmpty(name: BucketName, family: ContentFamily): RuleBroken {
  const message =
    family === "upload"
      ? "The bucket has multipart uploads that were not completed. Please abort them first."
      : ""
  return new RuleBroken("BucketNotEmpty", { bucketName: name }, message)
}

/**
 * Mark, scan, commit: the mark makes every write under way conflict, so what the scan does not see cannot appear. The
 * bucket key goes with the bucket: nothing of it can be opened again. Throws BucketNotEmpty and takes the mark back.
 */
export async function deleteBucket(store: ObjectStore, bucket: Bucket): Promise<void> {
  const content = await findContent(store, bucket.record.instanceId)
  if (content !== undefined) throw notEmpty(bucket.name, content)
  const mark = (record: BucketRecord): BucketRecord => ({ ...record, state: { kind: "deleting" } })
  await changeBucket(store, bucket, mark, { isRelease: true })
  if (!(await finishDeletion(store, bucket.name))) throw notEmpty(bucket.name, "current")
}

/** Ends a marked deletion: deletes the bucket when it is empty, or takes the mark back. true when it was deleted. */
export async function finishDeletion(store: ObjectStore, name: BucketName): Promise<boolean> {
  const { result } = await commitChange(store, async () => {
    const [row] = await store.metadata.get([bucketRow(name)])
    if (row === undefined) return { writes: [], result: true }
    const { record, version } = bucketOf(row)
    if (record.state.kind === "active") return { writes: [], result: false }
    if ((await findContent(store, record.instanceId)) !== undefined) {
      const active: BucketRecord = { ...record, state: { kind: "active" } }
      return { writes: [bucketWrite(name, active, version)], isRelease: true, result: false }
    }
    return {
      writes: [
        { key: bucketRow(name), value: null, expect: version },
        store.bucketKeys.destroy(record.instanceId),
      ],
      result: true,
    }
  })
  return result
}

import { type ByteRange, rangeSizeBytes } from "../base/byte-range.ts"
import { onceEach } from "../base/once-each.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { BlobMissing } from "../storage/blob-store.ts"
import type { Row } from "../storage/metadata-store.ts"
import type { Bucket } from "./buckets.ts"
import { readContent } from "./content-read.ts"
import { damaged, unwrapDataKey } from "./encryption.ts"
import { currentRow } from "./keyspace.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodeObject, type Content, type ObjectRecord } from "./records.ts"
import { noSuchKey } from "./write.ts"

/** An object's bytes, or some of them, opened as far as the first verified piece. */
export interface OpenedObject {
  readonly record: ObjectRecord
  /** The range that `select` answered. */
  readonly selected: ByteRange | undefined
  readonly body: OpenedBody
}

export type OpenedBody =
  /** Everything that was asked for, verified. */
  | { readonly kind: "pieces"; readonly pieces: readonly Buffer[] }
  /** Throws ObjectDamaged in the middle when a later batch does not open. Must be read to its end, or `return`ed. */
  | {
      readonly kind: "stream"
      readonly sizeBytes: number
      readonly batches: AsyncGenerator<readonly Buffer[], void, undefined>
    }

/** Stores hand out the same row again while it stays as it is. */
const objectOf: (row: Row) => ObjectRecord = onceEach(({ value }) => decodeObject(value))

/** The current version's record, or undefined. No key is touched. */
export async function findObject(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
): Promise<ObjectRecord | undefined> {
  const [row] = await store.metadata.get([currentRow(bucket.record.instanceId, objectKey)])
  return row === undefined ? undefined : objectOf(row)
}

/** The current version's record. Throws NoSuchKey. No key is touched. */
export async function loadObject(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
): Promise<ObjectRecord> {
  const record = await findObject(store, bucket, objectKey)
  if (record === undefined) throw noSuchKey(objectKey)
  return record
}

/** How often a read starts again because the object was replaced between its row and its bytes. */
const ATTEMPTS_MAX = 10

/**
 * Opens an object for reading: one operation of the key service. `select` sees the record first: it throws when a
 * condition fails, and answers the range to read (undefined: everything). Resolves only after the first piece has been
 * verified. Throws RuleBroken, or ObjectDamaged.
 */
export async function openObject(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  select: (record: ObjectRecord) => ByteRange | undefined,
): Promise<OpenedObject> {
  let missing: Content | undefined
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const record = await loadObject(store, bucket, objectKey)
    if (missing !== undefined && isSameContent(missing, record.content)) break
    const selected = select(record)
    const range = selected ?? wholeRange(record)
    const dataKey = await openDataKey(store, bucket, objectKey, record)
    const sealed = { ...record, bucketInstanceId: bucket.record.instanceId, dataKey }
    const batches = readContent(store, sealed, range)
    try {
      const sizeBytes = range === undefined ? 0 : rangeSizeBytes(range)
      const body = await openBody(batches, sizeBytes, { bucket, objectKey })
      return { record, selected, body }
    } catch (error) {
      if (error instanceof SealBroken) throw damaged(bucket, objectKey, error)
      if (!(error instanceof BlobMissing)) throw error
      missing = record.content
    }
  }
  throw damaged(bucket, objectKey, new BlobMissing("the object's blob"))
}

async function openDataKey(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  record: ObjectRecord,
): ReturnType<typeof unwrapDataKey> {
  try {
    return await unwrapDataKey(store, bucket, objectKey, record.encryption)
  } catch (error) {
    if (error instanceof SealBroken) throw damaged(bucket, objectKey, error)
    throw error
  }
}

function wholeRange(record: ObjectRecord): ByteRange | undefined {
  return record.sizeBytes === 0 ? undefined : { first: 0, last: record.sizeBytes - 1 }
}

function isSameContent(left: Content, right: Content): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

interface Place {
  readonly bucket: Bucket
  readonly objectKey: ObjectKey
}

type Batches = AsyncGenerator<readonly Buffer[], void, undefined>

/** Reads the first batch, and whatever must follow it for all of the bytes to be verified. */
async function openBody(batches: Batches, sizeBytes: number, place: Place): Promise<OpenedBody> {
  const first = await batches.next()
  const pieces = first.done === true ? [] : first.value
  if (pieces.reduce((sum, { length }) => sum + length, 0) < sizeBytes) {
    return { kind: "stream", sizeBytes, batches: resume(pieces, batches, place) }
  }
  await batches.next()
  return { kind: "pieces", pieces }
}

/** The first batch, which was already read, and then the others. */
async function* resume(
  first: readonly Buffer[],
  rest: Batches,
  { bucket, objectKey }: Place,
): Batches {
  try {
    yield first
    yield* rest
  } catch (error) {
    const isDamage = error instanceof SealBroken || error instanceof BlobMissing
    throw isDamage ? damaged(bucket, objectKey, error) : error
  } finally {
    await rest.return()
  }
}

/** The bytes of an opened object, piece by piece. */
export async function* chunksOf(body: OpenedBody): AsyncGenerator<Buffer, void, undefined> {
  if (body.kind === "pieces") {
    yield* body.pieces
    return
  }
  for await (const pieces of body.batches) yield* pieces
}

/** Lets go of an opened object that is not read to its end. */
export async function closeBody(body: OpenedBody): Promise<void> {
  if (body.kind === "stream") await body.batches.return()
}

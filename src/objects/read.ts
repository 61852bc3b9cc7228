import { type ByteRange, rangeSizeBytes } from "../base/byte-range.ts"
import { freedAfterUse } from "../base/free-memory.ts"
import { releasedWhenGivenUp } from "../base/given-up.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { BlobMissing } from "../storage/blob-store.ts"
import type { Row } from "../storage/metadata-store.ts"
import { checkWhole, openInlineContent, readContent, type Sealed } from "./content-read.ts"
import { DigestDiffers } from "./digests.ts"
import { damaged, unwrapDataKey } from "./encryption.ts"
import { type ReadShare, readShare } from "./memory-shares.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import type { Content, DeleteMarker, ObjectVersion, VersionId } from "./rows/records.ts"
import {
  type FindOptions,
  findVersion,
  type FoundVersion,
  inlineRowOf,
  type VersionSelector,
} from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import type { Target } from "./target.ts"

/** An object's bytes, or some of them, verified up to the first piece. */
export interface OpenedObject {
  readonly record: ObjectVersion
  /** The range that `select` returned. */
  readonly selected: ByteRange | undefined
  readonly body: OpenedBody
}

/** The reader owns the pieces and may free their memory. */
export type OpenedBody = { readonly areOwned: true } &
  /** Everything that was requested, verified. */
  (
    | { readonly kind: "pieces"; readonly pieces: readonly Buffer[] }
    /** Throws ObjectDamaged in mid-stream if a later batch does not open. Read it to its end, or call `return`. */
    | {
        readonly kind: "stream"
        readonly sizeBytes: number
        readonly batches: AsyncGenerator<readonly Buffer[], void, undefined>
      }
  )

/** An object version as it was read. */
export interface LoadedVersion extends FoundVersion {
  readonly record: ObjectVersion
}

/**
 * The version that `selector` names. Touches no key. Throws ObjectNotFound or VersionNotFound; ObjectNotFound with the
 * marker's version when the newest version is a delete marker; DeleteMarkerNamed when `selector` names a delete marker.
 */
export async function loadVersion(
  store: ObjectStore,
  { bucket, objectKey }: Target,
  selector: VersionSelector,
  options?: FindOptions,
): Promise<LoadedVersion> {
  const found = await findVersion(store, bucket, objectKey, selector, options)
  if (found === undefined) throw missing(objectKey, selector)
  const { record } = found
  if (record.kind === "marker") throw markerFound(objectKey, selector, record)
  return { ...found, record }
}

function missing(objectKey: ObjectKey, selector: VersionSelector): RuleBroken {
  if (selector.kind === "current") return new RuleBroken("ObjectNotFound", { objectKey })
  return new RuleBroken("VersionNotFound", { objectKey, versionId: selector.versionId })
}

function markerFound(
  objectKey: ObjectKey,
  selector: VersionSelector,
  marker: DeleteMarker,
): RuleBroken {
  if (selector.kind === "current") return new DeleteMarkerFound("ObjectNotFound", objectKey, marker)
  return new DeleteMarkerFound("DeleteMarkerNamed", objectKey, marker)
}

/** There is a delete marker where an object was requested. */
export class DeleteMarkerFound extends RuleBroken {
  readonly versionId: VersionId
  constructor(
    code: "ObjectNotFound" | "DeleteMarkerNamed",
    objectKey: ObjectKey,
    marker: DeleteMarker,
  ) {
    super(code, code === "ObjectNotFound" ? { objectKey } : {})
    this.versionId = marker.versionId
  }
}

/** How many times a read starts because the object was replaced between its row and its bytes. */
const ATTEMPTS_MAX = 10

/**
 * Opens a version for reading, with one operation of the key service. `select` sees the record first: it throws when a
 * condition fails, and returns the range to read (undefined: everything). Resolves only after the first piece is
 * verified. A read of everything is compared with the stored CRC-64 before its last piece leaves. Throws RuleBroken, or
 * ObjectDamaged.
 */
export async function openObject(
  store: ObjectStore,
  target: Target,
  selector: VersionSelector,
  select: (record: ObjectVersion) => ByteRange | undefined,
): Promise<OpenedObject> {
  let failed: Content | undefined
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { record, inline } = await loadVersion(store, target, selector, { withBytes: true })
    if (failed !== undefined && isSameContent(failed, record.content)) break
    const selected = select(record)
    const range = selected ?? wholeRange(record)
    const sealed = {
      bucketInstanceId: target.bucket.record.instanceId,
      sizeBytes: record.sizeBytes,
      suite: record.encryption.suite,
      dataKey: await openDataKey(store, target, record),
      inline: inline ?? (await readInlineRow(store, target, record)),
    }
    try {
      return { record, selected, body: await openContent(store, target, record, sealed, range) }
    } catch (error) {
      if (isBroken(error)) throw damaged(store, target, error)
      if (!(error instanceof BlobMissing)) throw error
      failed = record.content
    }
  }
  throw damaged(store, target, new BlobMissing("the object's blob"))
}

async function openContent(
  store: ObjectStore,
  target: Target,
  record: ObjectVersion,
  sealed: Omit<Sealed, "content">,
  range: ByteRange | undefined,
): Promise<OpenedBody> {
  const { content } = record
  const sizeBytes = range === undefined ? 0 : rangeSizeBytes(range)
  const share = readShare(store.memory, content, sizeBytes)
  if (content.kind === "inline") {
    if (share.bytes > 0) await store.memory.take(share.bytes)
    try {
      const pieces = openInlineContent({ ...sealed, content }, range, record)
      return { kind: "pieces", pieces, areOwned: true }
    } finally {
      store.memory.give(share.bytes)
    }
  }
  const { batchSegments } = share
  const opened = readContent(store, { ...sealed, content, batchSegments }, range)
  const checked = sizeBytes === record.sizeBytes ? checkWhole(opened, record) : opened
  const batches = share.bytes === 0 ? checked : await holdShare(store, share, checked)
  return await openBody(store, batches, sizeBytes, target)
}

/** Batches that hold a share of the memory until they end. Throws MemoryExhausted. */
async function holdShare(store: ObjectStore, share: ReadShare, batches: Batches): Promise<Batches> {
  await store.memory.take(share.bytes)
  return holding(store, share, batches)
}

async function* holding({ memory }: ObjectStore, { bytes }: ReadShare, batches: Batches): Batches {
  try {
    yield* batches
  } finally {
    memory.give(bytes)
  }
}

/** The bytes of a small object, when they were not read with its record. */
async function readInlineRow(
  store: ObjectStore,
  { bucket, objectKey }: Target,
  record: ObjectVersion,
): Promise<Row | undefined> {
  if (record.content.kind !== "inline") return undefined
  const [row] = await store.metadata.get([inlineRowOf(bucket, objectKey, record.versionId)])
  return row
}

async function openDataKey(
  store: ObjectStore,
  target: Target,
  record: ObjectVersion,
): ReturnType<typeof unwrapDataKey> {
  try {
    return await unwrapDataKey(store, target, record.encryption)
  } catch (error) {
    if (error instanceof SealBroken) throw damaged(store, target, error)
    throw error
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof SealBroken || error instanceof DigestDiffers
}

function wholeRange(record: ObjectVersion): ByteRange | undefined {
  return record.sizeBytes === 0 ? undefined : { first: 0, last: record.sizeBytes - 1 }
}

function isSameContent(left: Content, right: Content): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

type Batches = AsyncGenerator<readonly Buffer[], void, undefined>

/** Reads the first batch, and one more when that holds all bytes, so that all of them are verified. */
async function openBody(
  store: ObjectStore,
  batches: Batches,
  sizeBytes: number,
  target: Target,
): Promise<OpenedBody> {
  const first = await batches.next()
  const pieces = first.done === true ? [] : first.value
  if (pieces.reduce((sum, { length }) => sum + length, 0) < sizeBytes) {
    const rest = resume(store, pieces, batches, target)
    return { kind: "stream", sizeBytes, batches: rest, areOwned: true }
  }
  await batches.next()
  return { kind: "pieces", pieces, areOwned: true }
}

/** The first batch, which is already read, and then the others. */
function resume(
  store: ObjectStore,
  first: readonly Buffer[],
  rest: Batches,
  target: Target,
): Batches {
  return releasedWhenGivenUp(firstAndRest(store, first, rest, target), () => rest.return())
}

async function* firstAndRest(
  store: ObjectStore,
  first: readonly Buffer[],
  rest: Batches,
  target: Target,
): Batches {
  try {
    yield first
    yield* rest
  } catch (error) {
    const isDamage = isBroken(error) || error instanceof BlobMissing
    throw isDamage ? damaged(store, target, error) : error
  } finally {
    await rest.return()
  }
}

/** Yields the bytes of an opened object in pieces. Each piece is valid until the next one is requested. */
export async function* chunksOf(body: OpenedBody): AsyncGenerator<Buffer, void, undefined> {
  if (body.kind === "pieces") yield* freedAfterUse(body.pieces)
  else for await (const pieces of body.batches) yield* freedAfterUse(pieces)
}

/** Releases an opened object that is not read to its end. */
export async function closeBody(body: OpenedBody): Promise<void> {
  if (body.kind === "stream") await body.batches.return()
}

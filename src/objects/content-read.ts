import type { KeyObject } from "node:crypto"
import type { ByteRange } from "../base/byte-range.ts"
import { asBuffer } from "../base/bytes.ts"
import { turns } from "../base/turns.ts"
import { onceEach } from "../base/once-each.ts"
import {
  BLOB_HEADER_BYTES,
  blobContext,
  checkBlobHeader,
  encodeBlobHeader,
  parseBlobHeader,
} from "../sealing/blob-header.ts"
import { openPieces } from "../sealing/message.ts"
import { BATCH_SEGMENTS, openRange, slicePieces } from "../sealing/open-range.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { segmentOf, segmentStart } from "../sealing/segments.ts"
import type { SuiteName } from "../sealing/suites.ts"
import { BlobMissing, type BlobId } from "../storage/blob-store.ts"
import type { Row } from "../storage/metadata-store.ts"
import { createCrc64Digester, DigestDiffers } from "./digests.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodeBlob } from "./rows/codecs.ts"
import { blobRow } from "./rows/keyspace.ts"
import { readPieces } from "./rows/pieces.ts"
import type { Content } from "./rows/records.ts"

/** What is needed to open a content. */
export interface Sealed {
  readonly bucketInstanceId: Buffer
  readonly content: Content
  readonly sizeBytes: number
  readonly suite: SuiteName
  readonly dataKey: KeyObject
  /** The row of an inline content; undefined when it was missing. */
  readonly inline: Row | undefined
  /** How many segments are read, opened and yielded at a time. */
  readonly batchSegments?: number
}

/** One blob to open: a whole content, or a piece of one. */
interface SealedBlob extends Omit<Sealed, "content" | "inline"> {
  readonly blobId: BlobId
}

/**
 * The plaintext of `range`, in batches of verified pieces. Throws BlobMissing or SealBroken before the first batch if
 * the fault shows by then, otherwise later. Never yields a byte whose seal did not hold. Without `range` it reads the
 * whole content; an empty content allows nothing else.
 */
export async function* readContent(
  store: ObjectStore,
  sealed: Sealed,
  range: ByteRange | undefined,
): AsyncGenerator<Buffer[], void, undefined> {
  const { content } = sealed
  switch (content.kind) {
    case "inline":
      yield openInline({ ...sealed, blobId: content.blobId }, sealed.inline?.value, range)
      return
    case "blob":
      if (range !== undefined) yield* readBlob(store, { ...sealed, blobId: content.blobId }, range)
      return
    case "pieces":
      if (range !== undefined) yield* readPieceBlobs(store, sealed, content.contentId, range)
      return
  }
}

/**
 * The same batches. Throws DigestDiffers instead of yielding the last one when the CRC-64 of all batches differs from
 * the stored one. `sizeBytes` is their total size.
 */
export async function* checkWhole(
  batches: AsyncGenerator<Buffer[], void, undefined>,
  { sizeBytes, crc64 }: { readonly sizeBytes: number; readonly crc64: string },
): AsyncGenerator<Buffer[], void, undefined> {
  const digester = createCrc64Digester()
  let left = sizeBytes
  for await (const batch of batches) {
    digester.update(...batch)
    left -= bytesOf(batch)
    if (left === 0 && digester.final().toString() !== crc64) {
      throw notAsStored()
    }
    yield batch
  }
}

/**
 * The pieces of an inline content, or of the `range` of it. A read of everything is compared with the stored CRC-64.
 * Throws BlobMissing, SealBroken or DigestDiffers.
 */
export function openInlineContent(
  sealed: Sealed & { readonly content: Extract<Content, { kind: "inline" }> },
  range: ByteRange | undefined,
  { crc64 }: { readonly crc64: string },
): Buffer[] {
  const { content, inline } = sealed
  const pieces = openInline({ ...sealed, blobId: content.blobId }, inline?.value, range)
  if (bytesOf(pieces) === sealed.sizeBytes) {
    const digester = createCrc64Digester()
    digester.update(...pieces)
    if (digester.final().toString() !== crc64) throw notAsStored()
  }
  return pieces
}

function notAsStored(): DigestDiffers {
  return new DigestDiffers("what was opened is not what was stored")
}

function openInline(
  { blobId, bucketInstanceId, dataKey, suite, sizeBytes }: SealedBlob,
  sealed: Uint8Array | undefined,
  range: ByteRange | undefined,
): Buffer[] {
  if (sealed === undefined) throw new BlobMissing(`no inline bytes of ${blobId}`)
  const bytes = asBuffer(sealed)
  const header = bytes.subarray(0, BLOB_HEADER_BYTES)
  if (!header.equals(encodeBlobHeader({ suite, blobId, bucketInstanceId }))) {
    // The row was replaced after the version was read.
    const isOther = parseBlobHeader(header).blobId !== blobId
    throw isOther ? new BlobMissing(`the inline bytes are not ${blobId}`) : new SealBroken()
  }
  const pieces = openPieces({
    suite,
    inputKey: dataKey,
    context: blobContext({ blobId, bucketInstanceId }),
    message: bytes.subarray(BLOB_HEADER_BYTES),
  })
  if (bytesOf(pieces) !== sizeBytes) throw new SealBroken()
  return range === undefined
    ? pieces
    : slicePieces(pieces, { from: range.first, to: range.last + 1 })
}

function bytesOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

async function* readBlob(
  store: ObjectStore,
  {
    blobId,
    bucketInstanceId,
    dataKey,
    suite,
    sizeBytes,
    batchSegments = BATCH_SEGMENTS,
  }: SealedBlob,
  range: ByteRange,
): AsyncGenerator<Buffer[], void, undefined> {
  const reader = await store.blobs.open(blobId)
  const read = async (position: number, length: number): Promise<Buffer> => {
    const bytes = await reader.read(position, length)
    if (turns.isSpent()) await turns.next()
    return bytes
  }
  try {
    if (reader.sizeBytes < BLOB_HEADER_BYTES) throw new SealBroken()
    const front = await read(0, frontBytes(reader.sizeBytes, range, batchSegments))
    checkBlobHeader(front.subarray(0, BLOB_HEADER_BYTES), { suite, blobId, bucketInstanceId })
    yield* openRange({
      suite,
      inputKey: dataKey,
      context: blobContext({ blobId, bucketInstanceId }),
      source: {
        sizeBytes: reader.sizeBytes - BLOB_HEADER_BYTES,
        read(position, length) {
          // Positions ascend, and the read after the next one overwrites the front, which is no longer needed by then.
          const start = BLOB_HEADER_BYTES + position
          const end = start + length
          if (end > front.length) return read(start, length)
          return Promise.resolve(front.subarray(start, end))
        },
      },
      plaintextSizeBytes: sizeBytes,
      range,
      batchSegments,
    })
  } finally {
    await reader.close()
  }
}

/** The size of a blob's first read: both headers, and the start of the range when it begins in the first segment. */
function frontBytes(blobBytes: number, range: ByteRange, batchSegments: number): number {
  // A large batch includes the end marker, so that a blob of 1 MiB is read at once.
  const frontMax = batchSegments === BATCH_SEGMENTS ? BATCH_SEGMENTS + 2 : batchSegments
  const isInFront = segmentOf(range.first) === 0
  const segments = isInFront ? Math.min(segmentOf(range.last) + 2, frontMax) : 0
  return Math.min(blobBytes, BLOB_HEADER_BYTES + segmentStart(segments))
}

/**
 * Small pieces may be joined in the meantime. If a piece is missing, the pages are read again from there. Only a piece that is
 * missing again is lost.
 */
async function* readPieceBlobs(
  store: ObjectStore,
  sealed: Sealed,
  contentId: string,
  range: ByteRange,
): AsyncGenerator<Buffer[], void, undefined> {
  // Pieces are opened one after another. None of them is freed before this use has ended.
  const ended = store.uses.begin()
  try {
    let next = range.first
    let missingAt = -1
    while (next <= range.last) {
      try {
        for await (const batch of readFrom(store, sealed, contentId, { ...range, first: next })) {
          // Counted before the yield, because the consumer of a batch may free it.
          next += bytesOf(batch)
          yield batch
        }
        if (next <= range.last) throw new BlobMissing(`pieces of ${contentId}`)
      } catch (error) {
        if (!(error instanceof BlobMissing) || missingAt === next) throw error
        missingAt = next
      }
    }
  } finally {
    ended()
  }
}

/** The bytes of `range`, up to the first missing page. */
async function* readFrom(
  store: ObjectStore,
  sealed: Sealed,
  contentId: string,
  range: ByteRange,
): AsyncGenerator<Buffer[], void, undefined> {
  let next = range.first
  for await (const piece of readPieces(store.metadata, contentId, range)) {
    if (piece.offset > next) return
    const first = next - piece.offset
    const last = Math.min(range.last - piece.offset, piece.sizeBytes - 1)
    const { blobId, sizeBytes } = piece
    const blob = { ...sealed, blobId, sizeBytes }
    if (piece.isInline) yield await readInlinePiece(store, blob, { first, last })
    else yield* readBlob(store, blob, { first, last })
    next = piece.offset + last + 1
  }
}

const inlineOf: (row: Row) => Buffer | undefined = onceEach(({ value }) => decodeBlob(value).inline)

async function readInlinePiece(
  store: ObjectStore,
  blob: SealedBlob,
  range: ByteRange,
): Promise<Buffer[]> {
  const [row] = await store.metadata.get([blobRow(blob.blobId)])
  return openInline(blob, row === undefined ? undefined : inlineOf(row), range)
}

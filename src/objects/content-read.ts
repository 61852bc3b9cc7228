import type { KeyObject } from "node:crypto"
import type { ByteRange } from "../base/byte-range.ts"
import { onceEach } from "../base/once-each.ts"
import { BLOB_HEADER_BYTES, blobContext, checkBlobHeader } from "../sealing/blob-header.ts"
import { openMessage } from "../sealing/message.ts"
import { openRange } from "../sealing/open-range.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import { segmentOf, segmentStart } from "../sealing/segments.ts"
import type { SuiteName } from "../sealing/suites.ts"
import { BlobMissing, type BlobId } from "../storage/blob-store.ts"
import type { Row } from "../storage/metadata-store.ts"
import { blobRow } from "./keyspace.ts"
import { readManifest } from "./manifest.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodeBlob, type Content } from "./records.ts"

/** Objects are written under this suite. */
const SUITE: SuiteName = "aes-256-gcm"

/** What it takes to open a content. */
export interface Sealed {
  readonly bucketInstanceId: Buffer
  readonly content: Content
  readonly sizeBytes: number
  readonly dataKey: KeyObject
}

/**
 * The plaintext of `range`, in batches of verified pieces. Throws BlobMissing or SealBroken before the first batch when it already
 * shows there, or later in the middle; never yields a byte whose seal did not hold. The whole content is read when
 * `range` is undefined, which an empty one allows only.
 */
export async function* readContent(
  store: ObjectStore,
  sealed: Sealed,
  range: ByteRange | undefined,
): AsyncGenerator<Buffer[], void, undefined> {
  switch (sealed.content.kind) {
    case "inline":
      yield [await readInline(store, sealed, sealed.content.blobId, range)]
      return
    case "blob":
      if (range !== undefined) yield* readBlob(store, sealed, sealed.content.blobId, range)
      return
    case "parts":
      if (range !== undefined) yield* readParts(store, sealed, sealed.content, range)
      return
  }
}

const inlineOf: (row: Row) => Buffer | undefined = onceEach(({ value }) => decodeBlob(value).inline)

async function readInline(
  store: ObjectStore,
  { bucketInstanceId, dataKey, sizeBytes }: Sealed,
  blobId: BlobId,
  range: ByteRange | undefined,
): Promise<Buffer> {
  const [row] = await store.metadata.get([blobRow(blobId)])
  const inline = row === undefined ? undefined : inlineOf(row)
  if (inline === undefined) throw new BlobMissing(`no inline blob ${blobId}`)
  const header = { suite: SUITE, blobId, bucketInstanceId }
  checkBlobHeader(inline.subarray(0, BLOB_HEADER_BYTES), header)
  const plaintext = openMessage({
    suite: SUITE,
    inputKey: dataKey,
    context: blobContext(header),
    message: inline.subarray(BLOB_HEADER_BYTES),
  })
  if (plaintext.length !== sizeBytes) throw new SealBroken()
  return range === undefined ? plaintext : plaintext.subarray(range.first, range.last + 1)
}

async function* readBlob(
  store: ObjectStore,
  { bucketInstanceId, dataKey, sizeBytes }: Sealed,
  blobId: BlobId,
  range: ByteRange,
): AsyncGenerator<Buffer[], void, undefined> {
  const reader = await store.blobs.open(blobId)
  try {
    if (reader.sizeBytes < BLOB_HEADER_BYTES) throw new SealBroken()
    const front = await reader.read(0, frontBytes(reader.sizeBytes, range))
    const header = { suite: SUITE, blobId, bucketInstanceId }
    checkBlobHeader(front.subarray(0, BLOB_HEADER_BYTES), header)
    yield* openRange({
      suite: SUITE,
      inputKey: dataKey,
      context: blobContext(header),
      source: {
        sizeBytes: reader.sizeBytes - BLOB_HEADER_BYTES,
        read(position, length) {
          // Positions ascend, so nothing of the front is wanted any more once something behind it was read over it.
          const start = BLOB_HEADER_BYTES + position
          const end = start + length
          if (end > front.length) return reader.read(start, length)
          return Promise.resolve(front.subarray(start, end))
        },
      },
      plaintextSizeBytes: sizeBytes,
      range,
    })
  } finally {
    await reader.close()
  }
}

/** Enough for the end marker of a blob of 1 MiB, so that one is read at once. */
const FRONT_SEGMENTS_MAX = 66

/** What the first read of a blob takes: both headers, and with them what the range wants when it begins in front. */
function frontBytes(blobBytes: number, range: ByteRange): number {
  const isInFront = segmentOf(range.first) === 0
  const segments = isInFront ? Math.min(segmentOf(range.last) + 2, FRONT_SEGMENTS_MAX) : 0
  return Math.min(blobBytes, BLOB_HEADER_BYTES + segmentStart(segments))
}

async function* readParts(
  store: ObjectStore,
  sealed: Sealed,
  content: Extract<Content, { kind: "parts" }>,
  range: ByteRange,
): AsyncGenerator<Buffer[], void, undefined> {
  const unpin = store.reclaimer.pin(content.uploadId)
  try {
    const parts = await readManifest(store.metadata, content)
    if (parts === undefined) throw new BlobMissing(`no manifest ${content.uploadId}`)
    let start = 0
    for (const part of parts) {
      const first = Math.max(range.first - start, 0)
      const last = Math.min(range.last - start, part.sizeBytes - 1)
      if (first <= last) yield* readContent(store, { ...sealed, ...part }, { first, last })
      start += part.sizeBytes
      if (start > range.last) break
    }
    if (start <= range.last) throw new SealBroken()
  } finally {
    unpin()
  }
}

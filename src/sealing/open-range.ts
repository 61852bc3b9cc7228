import { assert } from "../base/assert.ts"
import type { ByteRange } from "../base/byte-range.ts"
import { type Binding, openMessageKeys, type MessageKeys } from "./message-keys.ts"
import { SealBroken } from "./seal-broken.ts"
import {
  MESSAGE_HEADER_BYTES,
  openedSizeBytes,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  segmentCount,
  segmentOf,
  segmentStart,
} from "./segments.ts"

/** A message with random access. */
export interface MessageSource {
  readonly sizeBytes: number
  /** Returns exactly `length` bytes from `position`, valid until the read after the next one begins. */
  read(position: number, length: number): Promise<Buffer>
}

export const BATCH_SEGMENTS = 64

/**
 * Yields the plaintext bytes of `range`, one batch of verified segments at a time, as consecutive pieces. Reads and
 * opens only the segments of the range; a range that reaches the end of the plaintext opens the end marker too. Throws
 * SealBroken before the first byte when the size or the commitment is wrong, and before the first byte of a batch when
 * any of its segments does not open.
 */
export async function* openRange(
  input: Binding & {
    readonly source: MessageSource
    /** Within the plaintext. */
    readonly range: ByteRange
    /** Refuses a message of another size. */
    readonly plaintextSizeBytes?: number
    readonly batchSegments?: number
  },
): AsyncGenerator<Buffer[], void, undefined> {
  const { source, range, batchSegments = BATCH_SEGMENTS } = input
  const sizeBytes = openedSizeBytes(source.sizeBytes)
  if (sizeBytes === undefined) throw new SealBroken()
  if (input.plaintextSizeBytes !== undefined && input.plaintextSizeBytes !== sizeBytes) {
    throw new SealBroken()
  }
  assert(0 <= range.first && range.first <= range.last && range.last < sizeBytes, "range")
  const keys = openMessageKeys(input, await readWhole(source, 0, MESSAGE_HEADER_BYTES))
  const reachesEnd = range.last === sizeBytes - 1
  const lastSegment = reachesEnd ? segmentCount(sizeBytes) - 1 : segmentOf(range.last)
  const readBatch = (first: number): Promise<Buffer> | undefined => {
    if (first > lastSegment) return undefined
    const start = segmentStart(first)
    const afterLast = Math.min(first + batchSegments, lastSegment + 1)
    const end = Math.min(segmentStart(afterLast), source.sizeBytes)
    const reading = readWhole(source, start, end - start)
    // The consumer that awaits the read gets its error.
    reading.catch(() => undefined)
    return reading
  }
  let first = segmentOf(range.first)
  let reading = readBatch(first)
  while (reading !== undefined) {
    const sealed = await reading
    // The next batch is read while this one is opened and sent.
    reading = readBatch(first + batchSegments)
    const batchStart = first * SEGMENT_BYTES
    const wanted = slicePieces(openBatch(keys, first, sealed), {
      from: Math.max(range.first - batchStart, 0),
      to: Math.max(range.last + 1 - batchStart, 0),
    })
    first += batchSegments
    if (wanted.length > 0) yield wanted
  }
}

/** The bytes `from` to `to` (exclusive) of all pieces together, without empty pieces. */
export function slicePieces(
  pieces: readonly Buffer[],
  { from, to }: { readonly from: number; readonly to: number },
): Buffer[] {
  let start = 0
  return pieces.flatMap((piece) => {
    const slice = piece.subarray(Math.max(from - start, 0), Math.max(to - start, 0))
    start += piece.length
    return slice.length > 0 ? [slice] : []
  })
}

/** A source that returns fewer bytes than it announced was truncated: whole segments could be missing unnoticed. */
async function readWhole(source: MessageSource, start: number, length: number): Promise<Buffer> {
  const bytes = await source.read(start, length)
  if (bytes.length !== length) throw new SealBroken()
  return bytes
}

function openBatch(keys: MessageKeys, firstSegment: number, sealed: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let start = 0; start < sealed.length; start += SEALED_SEGMENT_BYTES) {
    const segment = sealed.subarray(start, start + SEALED_SEGMENT_BYTES)
    pieces.push(keys.openSegment(firstSegment + pieces.length, segment))
  }
  return pieces
}

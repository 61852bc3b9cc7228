import { assert } from "../base/assert.ts"

// The arithmetic of C2SP chunked encryption v1 (c2sp.org/chunked-encryption). A message is
//   salt(24) || commitment(32) || segment || segment || ... || last segment
// Each segment is ciphertext || tag. Every segment but the last holds 16,384 plaintext bytes. The last holds fewer,
// possibly none, and so marks the end. Segment numbers exceed 2^32: no bitwise operators here. Changing a constant
// breaks stored data.

export const SALT_BYTES = 24
export const COMMITMENT_BYTES = 32
export const MESSAGE_HEADER_BYTES: number = SALT_BYTES + COMMITMENT_BYTES
export const TAG_BYTES = 16
export const NONCE_BYTES = 12
export const SEGMENT_BYTES = 16_384
export const SEALED_SEGMENT_BYTES: number = SEGMENT_BYTES + TAG_BYTES
const SEGMENT_COUNT_MAX = 2 ** 38

/** The number of segments of a plaintext: the full ones and the short one at the end. */
export function segmentCount(plaintextBytes: number): number {
  return Math.floor(plaintextBytes / SEGMENT_BYTES) + 1
}

/** The size of the message that seals this many plaintext bytes. */
export function sealedSizeBytes(plaintextBytes: number): number {
  return MESSAGE_HEADER_BYTES + plaintextBytes + segmentCount(plaintextBytes) * TAG_BYTES
}

/** The inverse of sealedSizeBytes; undefined when no message has this size. */
export function openedSizeBytes(messageBytes: number): number | undefined {
  const body = messageBytes - MESSAGE_HEADER_BYTES
  const lastSealed = body % SEALED_SEGMENT_BYTES
  if (lastSealed < TAG_BYTES) return undefined
  const fullSegments = (body - lastSealed) / SEALED_SEGMENT_BYTES
  if (fullSegments >= SEGMENT_COUNT_MAX) return undefined
  return fullSegments * SEGMENT_BYTES + lastSealed - TAG_BYTES
}

/** The number of the segment that holds a plaintext offset. */
export function segmentOf(plaintextOffset: number): number {
  return Math.floor(plaintextOffset / SEGMENT_BYTES)
}

/** Where a segment starts in the message. */
export function segmentStart(segment: number): number {
  return MESSAGE_HEADER_BYTES + segment * SEALED_SEGMENT_BYTES
}

/** The base nonce XOR the segment's number, big-endian in the low-order bytes. */
export function nonceForSegment(baseNonce: Buffer, segment: number): Buffer {
  assert(segment < SEGMENT_COUNT_MAX, "a message has at most 2^38 segments")
  const nonce = Buffer.from(baseNonce)
  const high = Math.floor(segment / 2 ** 32)
  nonce.writeUInt32BE((nonce.readUInt32BE(4) ^ high) >>> 0, 4)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ (segment % 2 ** 32)) >>> 0, 8)
  return nonce
}

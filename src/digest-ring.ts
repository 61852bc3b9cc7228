// The memory that a gateway and its digest thread share: slots that the gateway fills in turn, and that the thread empties in
// the same order.

/** Large enough for a piece of a body as it arrives. */
export const SLOT_BYTES = 65_536
/** One mebibyte in all. A power of two, so that slot numbers may overflow. */
export const SLOTS = 16

export interface DigestRing {
  /** The numbers of slots filled and emptied, modulo 2^32; then the stream and the step of each slot. */
  readonly words: SharedArrayBuffer
  readonly bytes: SharedArrayBuffer
}

export const FILLED = 0
export const EMPTIED = 1
const HEADERS_START = 2

/** A non-negative step is the number of bytes to digest. */
export const STEP_FINAL = -1
export const STEP_DROP = -2

/** Sent to the gateway for each STEP_FINAL. */
export interface DigestAnswer {
  readonly stream: number
  readonly sizeBytes: number
  readonly md5: Uint8Array
  readonly crc64: bigint
}

export function newDigestRing(): DigestRing {
  return {
    words: new SharedArrayBuffer((HEADERS_START + 2 * SLOTS) * Int32Array.BYTES_PER_ELEMENT),
    bytes: new SharedArrayBuffer(SLOTS * SLOT_BYTES),
  }
}

/** The index of a slot's stream in the words; its step follows. `count` is the number of slots before it. */
export function headerOf(count: number): number {
  return HEADERS_START + 2 * (count & (SLOTS - 1))
}

/** The offset of a slot's bytes. */
export function startOf(count: number): number {
  return (count & (SLOTS - 1)) * SLOT_BYTES
}

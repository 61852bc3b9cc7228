// What a gateway and its digest thread share: slots that the gateway fills in turn and the thread empties in the same order.

/** A piece of a body as it arrives fits in. */
export const SLOT_BYTES = 65_536
/** A mebibyte in all. A power of two, so that numbers of slots may overflow. */
export const SLOTS = 16

export interface DigestRing {
  /** How many slots were filled and emptied, modulo 2^32; then for each slot its stream and its step. */
  readonly words: SharedArrayBuffer
  readonly bytes: SharedArrayBuffer
}

export const FILLED = 0
export const EMPTIED = 1
const HEADERS_START = 2

/** A step that is not negative is a number of bytes to be digested. */
export const STEP_FINAL = -1
export const STEP_DROP = -2

/** To the gateway, for each STEP_FINAL. */
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

/** Where a slot's stream stands in the words; its step follows. `count` is the number of slots before it. */
export function headerOf(count: number): number {
  return HEADERS_START + 2 * (count & (SLOTS - 1))
}

/** Where a slot's bytes start. */
export function startOf(count: number): number {
  return (count & (SLOTS - 1)) * SLOT_BYTES
}

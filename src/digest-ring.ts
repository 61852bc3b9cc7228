// The memory that a gateway and its digest thread share: slots that the gateway fills in turn, and that the thread empties in
// the same order.

import { MD5_SCRATCH_BYTES } from "./objects/md5-lanes.ts"
import { newSharedMemory, type SharedWasmMemory } from "./objects/wasm-assembler.ts"

/** Large enough for a piece of a body as it arrives. */
export const SLOT_BYTES = 65_536
/** A power of two, so that slot numbers may overflow. The kernel gives pages only to slots that are used. */
export const SLOTS = 128
/**
 * Up to this many plaintexts at a time are digested one by one, as their pieces arrive. Of more, pieces are gathered and digested side
 * by side.
 */
export const SINGLE_MAX = 3

const PAGE_BYTES = 65_536

export interface DigestRing {
  /** The numbers of slots filled and emptied, modulo 2^32; then the stream and the step of each slot. */
  readonly words: SharedArrayBuffer
  /** The bytes of the slots; then memory for the digest thread. */
  readonly memory: SharedWasmMemory
}

export const FILLED = 0
export const EMPTIED = 1
const HEADERS_START = 2

/** A non-negative step is the number of bytes to digest. */
export const STEP_FINAL = -1
export const STEP_DROP = -2

/** Where the thread's own memory begins. */
export const SCRATCH_START: number = SLOTS * SLOT_BYTES

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
    memory: newSharedMemory(Math.ceil((SCRATCH_START + MD5_SCRATCH_BYTES) / PAGE_BYTES)),
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

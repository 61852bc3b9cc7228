// Node allocates new memory for each piece that arrives and for each segment that is sealed or opened: two mebibytes for each
// mebibyte stored. If this memory is left to the garbage collector, the whole heap is collected every few requests, on every
// processor. Memory that its last reader frees leaves nothing to collect. The next piece gets the same memory, which is still
// in the processor's cache. Figures: docs/decisions/where-the-time-goes.md.

/** Freeing less memory is not worth the call. */
const FREED_BYTES_MIN = 4096

/**
 * Frees the memory of bytes that nobody reads any more, at once. Afterwards the bytes are empty: a late reader finds no bytes,
 * and never those of another request. Do not free memory that the kernel or another thread still reads. Bytes that share a
 * larger memory are left unchanged.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < FREED_BYTES_MIN || byteLength !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** Yields the same pieces. Each one is freed when the next is requested. */
export function* freedAfterUse(pieces: readonly Buffer[]): Generator<Buffer, void, undefined> {
  for (const piece of pieces) {
    yield piece
    freeMemory(piece)
  }
}

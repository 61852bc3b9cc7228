// Node makes new memory for each piece that arrives and for each segment that is sealed or opened: two mebibytes for each
// mebibyte that is stored. Left to the garbage collector it is collected every few requests, heap and all, on every
// processor. Freed where its last reader has ended, it is no garbage, and the next piece gets the same memory again, which
// the processor still has in its cache. docs/decisions/where-the-time-goes.md has the figures.

/** Smaller memory is not worth the call. */
const FREED_BYTES_MIN = 4096

/**
 * Frees the memory of bytes that nobody reads any more, at once. They are empty from here on: who looks at them all the same
 * finds no bytes, and never those of another request. What the kernel or another thread still reads must not be freed. Bytes
 * that are a part of larger memory are left as they are.
 */
export function freeMemory({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < FREED_BYTES_MIN || byteLength !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/** The same pieces, each of which is freed when the next is asked for. */
export function* freedAfterUse(pieces: readonly Buffer[]): Generator<Buffer, void, undefined> {
  for (const piece of pieces) {
    yield piece
    freeMemory(piece)
  }
}

import type { IncomingMessage } from "node:http"

/** Chunks below this size are joined with those that follow them. */
const SMALL_BYTES = 512
const BLOCK_BYTES = 16 * 1024
/**
 * After this many chunks in one turn of the event loop, reading pauses until the next turn: the parser makes one call for each
 * chunk.
 */
const CHUNKS_PER_TURN = 2000

/**
 * Joins the small chunks of a body that arrive in one turn of the event loop. Node creates a Buffer for each chunk. For a chunk
 * of one byte this takes a few hundred bytes, so a body within its limits would take hundreds of times the memory that is
 * counted.
 */
export function joinSmallChunks(message: IncomingMessage): void {
  const push = message.push.bind(message)
  let waiting: Buffer[] = []
  let block: Buffer = Buffer.alloc(0)
  let usedBytes = 0
  let chunkCount = 0
  let isFlushAwaited = false

  const endBlock = (): void => {
    if (usedBytes > 0) waiting.push(block.subarray(0, usedBytes))
    block = block.subarray(usedBytes)
    usedBytes = 0
  }

  const flush = (): void => {
    endBlock()
    const pieces = waiting
    waiting = []
    chunkCount = 0
    for (const piece of pieces) push(piece)
  }

  const add = (chunk: Buffer): void => {
    if (chunk.length >= SMALL_BYTES) {
      endBlock()
      waiting.push(chunk)
      return
    }
    if (block.length - usedBytes < chunk.length) {
      endBlock()
      block = Buffer.allocUnsafe(BLOCK_BYTES)
    }
    usedBytes += chunk.copy(block, usedBytes)
  }

  // The caller obeys the result: false pauses the socket until a later push returns true.
  message.push = (chunk: Buffer | null): boolean => {
    if (chunk === null) {
      flush()
      return push(null)
    }
    if (!isFlushAwaited && chunk.length >= SMALL_BYTES) return push(chunk)
    add(chunk)
    chunkCount += 1
    if (!isFlushAwaited) {
      isFlushAwaited = true
      setImmediate(() => {
        isFlushAwaited = false
        if (!message.destroyed) flush()
      })
    }
    return waiting.length === 0 && chunkCount < CHUNKS_PER_TURN
  }
}

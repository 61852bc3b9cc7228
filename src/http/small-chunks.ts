import type { IncomingMessage } from "node:http"

/** Chunks below this size are joined with those that follow them in the same read. */
const SMALL_BYTES = 512
const BLOCK_BYTES = 16 * 1024

/**
 * Joins the small chunks of a body that one read of the socket holds. Node makes a Buffer of each chunk, which for a chunk of
 * one byte takes some hundred bytes: a body within its limits would take hundreds of times the memory that is counted.
 */
export function joinSmallChunks(message: IncomingMessage): void {
  const push = message.push.bind(message)
  let block: Buffer = Buffer.alloc(0)
  let usedBytes = 0
  let isFlushAwaited = false

  const flush = (): boolean => {
    if (usedBytes === 0) return true
    const joined = block.subarray(0, usedBytes)
    block = block.subarray(usedBytes)
    usedBytes = 0
    return push(joined)
  }

  const add = (chunk: Buffer): boolean => {
    let isTaken = true
    if (block.length - usedBytes < chunk.length) {
      isTaken = flush()
      block = Buffer.allocUnsafe(BLOCK_BYTES)
    }
    usedBytes += chunk.copy(block, usedBytes)
    if (!isFlushAwaited) {
      isFlushAwaited = true
      // When the parser has done with this read; ticks come after each chunk of it.
      setImmediate(() => {
        isFlushAwaited = false
        if (!message.readableEnded && !message.destroyed) flush()
      })
    }
    return isTaken
  }

  message.push = (chunk: Buffer | null): boolean => {
    if (chunk !== null && chunk.length < SMALL_BYTES) return add(chunk)
    flush()
    return push(chunk)
  }
}

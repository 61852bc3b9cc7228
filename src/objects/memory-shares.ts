// How much memory a read or a write may use, given what others hold: large batches cost less processor time for each byte, and
// small ones leave room. A quarter of the memory is kept for the smallest shares, and nobody gets more than an eighth of the rest.
import type { MemoryBudget } from "../base/memory-budget.ts"
import { BATCH_SEGMENTS } from "../sealing/open-range.ts"
import { SEGMENT_BYTES } from "../sealing/segments.ts"
import type { Content } from "./rows/records.ts"

/** From 1 MiB to 64 KiB. A batch of 64 KiB costs one and a half times as much processor time for each byte as the largest. */
const BATCHES = [BATCH_SEGMENTS, 32, 16, 8, 4] as const
const SMALL_BATCH_SEGMENTS = BATCHES[4]

/** The batch size of a read, and the memory that it may hold. */
export interface ReadShare {
  readonly batchSegments: number
  readonly bytes: number
}

/**
 * The share of a read of `sizeBytes` bytes: the largest that leaves most of the memory to others, so that a hundred slow readers
 * leave room for others. A content of one segment needs none: its bytes are in memory with its row.
 */
export function readShare(memory: MemoryBudget, content: Content, sizeBytes: number): ReadShare {
  if (content.kind === "inline") {
    // The sealed bytes and the opened bytes.
    const bytes = sizeBytes > SEGMENT_BYTES ? 2 * sizeBytes : 0
    return { batchSegments: BATCH_SEGMENTS, bytes }
  }
  const mostBytes = shareMax(memory)
  const batchSegments =
    BATCHES.find((segments) => readBytes(sizeBytes, segments) <= mostBytes) ?? SMALL_BATCH_SEGMENTS
  return { batchSegments, bytes: readBytes(sizeBytes, batchSegments) }
}

function readBytes(sizeBytes: number, batchSegments: number): number {
  const batchBytes = batchSegments * SEGMENT_BYTES
  // The sealed bytes and the opened bytes; with several batches, also those of another batch: the opened bytes that are being
  // sent, and the sealed bytes that are read ahead.
  return sizeBytes <= batchBytes ? 2 * sizeBytes : 4 * batchBytes
}

/**
 * In these sizes sealed bytes are gathered for the blob store. Each write is a call to another thread: of 1 MiB, one write costs a
 * tenth less processor time for the whole PUT than four.
 */
const GATHERED_BYTES = [1024 * 1024, 512 * 1024, 256 * 1024, 128 * 1024] as const
const SMALL_GATHERED_BYTES = 64 * 1024

/** How many bytes a write may gather, and the memory that it holds in addition to that of the request's body. */
export interface WriteShare {
  readonly gatheredBytes: number
  readonly bytes: number
}

/** The share of a write of `sizeBytes` bytes, or of unknown size. The smallest holds only what every body does. */
export function writeShare(memory: MemoryBudget, sizeBytes: number = Infinity): WriteShare {
  const mostBytes = shareMax(memory)
  for (const gatheredBytes of GATHERED_BYTES) {
    // As much again is being written; a short content is written once.
    const bytes = Math.min(2 * gatheredBytes, sizeBytes)
    if (bytes <= mostBytes) return { gatheredBytes, bytes }
  }
  return { gatheredBytes: SMALL_GATHERED_BYTES, bytes: 0 }
}

function shareMax(memory: MemoryBudget): number {
  return memory.isShort() ? 0 : (memory.freeBytes() - memory.limitBytes / 4) / 8
}

import { statfsSync } from "node:fs"

/** Kept free, so that deletions and the log have room when all other writes are refused. */
export const RESERVED_BYTES: number = 64 * 1024 * 1024
/** The reason for refusing a write that would leave less. */
export const NEARLY_FULL = "the disk has no more than the 64 MiB that are kept free"
const REMEMBERED_MS = 250

export interface DiskSize {
  readonly totalBytes: number
  /** The space available to a user other than the superuser. */
  readonly freeBytes: number
}

/** Measures the file system that holds a directory. */
export function diskSize(directory: string): DiskSize {
  const { blocks, bavail, bsize } = statfsSync(directory)
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
}

/** Whether a directory's file system has room for new data. Callers may ask often: the disk is checked four times a second. */
export function createDiskSpace(directory: string): () => boolean {
  let lookedMs = -Infinity
  let hasRoom = true
  return () => {
    const nowMs = performance.now()
    if (nowMs - lookedMs > REMEMBERED_MS) {
      const { bavail, bsize } = statfsSync(directory)
      hasRoom = bavail * bsize > RESERVED_BYTES
      lookedMs = nowMs
    }
    return hasRoom
  }
}

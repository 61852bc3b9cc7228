import { statfsSync } from "node:fs"

/** Kept free, so that deletions and the log have room when everything else is refused. */
export const RESERVED_BYTES: number = 64 * 1024 * 1024
const REMEMBERED_MS = 250

export interface DiskSize {
  readonly totalBytes: number
  /** For who is not the superuser. */
  readonly freeBytes: number
}

/** Of the file system that a directory lies in. */
export function diskSize(directory: string): DiskSize {
  const { blocks, bavail, bsize } = statfsSync(directory)
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize }
}

/** Whether there is room for new data in a directory's file system. Asked often, looked at four times a second. */
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

import { readdir, unlink } from "node:fs/promises"
import { join } from "node:path"
import type { BlobId } from "../blob-store.ts"

/** The folder below blobs/ that holds a blob's file: one of 256, by the last two digits of the id. */
export function folderOf(folder: string, id: BlobId): string {
  return join(folder, id.slice(-2))
}

export function pathOf(folder: string, id: BlobId): string {
  return join(folderOf(folder, id), id)
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code
}

/** Removing a missing file is not an error. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error
  }
}

/** The names in a folder; none when the folder is missing. */
export async function readFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return []
    throw error
  }
}

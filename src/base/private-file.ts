import { type FileHandle, link, open, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { uuid } from "./random.ts"

/** Everyone but the owner. */
const OTHERS = 0o077

/** A file that holds a secret may be read or written by others than its owner. The message says what helps. */
export class OpenToOthersError extends Error {
  override name = "OpenToOthersError"
}

/** The bytes of a small file; undefined when it is missing. Throws OpenToOthersError. */
export async function readPrivateFile(path: string): Promise<Buffer | undefined> {
  let file: FileHandle
  try {
    file = await open(path, "r")
  } catch (error) {
    if (isNoEntry(error)) return undefined
    throw error
  }
  try {
    const { mode } = await file.stat()
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw new OpenToOthersError(
        `${path} is refused: others than its owner have rights to it; run chmod 600 on it`,
      )
    }
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/**
 * Creates a file that only its owner can read. It gets its name when it is complete and durable. An existing file of
 * that name is never replaced (EEXIST).
 */
export async function createPrivateFile(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${uuid()}.unfinished`
  try {
    {
      await using file = await open(unfinished, "wx", 0o600)
      await file.writeFile(bytes)
      await file.sync()
    }
    await link(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
  await syncDirectory(dirname(path))
}

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r")
  await directory.sync()
}

export function isNoEntry(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT"
}

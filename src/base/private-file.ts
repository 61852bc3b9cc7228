import { closeSync, fstatSync, openSync, readFileSync, type Stats } from "node:fs"
import { type FileHandle, link, open, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { uuid } from "./random.ts"

/**
 * What no file with a secret may have: any right for everybody, or a right to change it for its group. A group may read it,
 * because that is how containers hand secrets to a user that is not root.
 */
const REFUSED_RIGHTS = 0o027

/** The mode of a file with a secret gives access to others. The message says what to do. */
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
    checkRights(path, await file.stat())
    return await file.readFile()
  } finally {
    await file.close()
  }
}

/** The text of a small file. Throws OpenToOthersError, and what opening a file throws. */
export function readPrivateText(path: string): string {
  const file = openSync(path, "r")
  try {
    checkRights(path, fstatSync(file))
    return readFileSync(file, "utf8")
  } finally {
    closeSync(file)
  }
}

function checkRights(path: string, { mode }: Stats): void {
  if (process.platform === "win32" || (mode & REFUSED_RIGHTS) === 0) return
  const rights = (mode & 0o777).toString(8).padStart(4, "0")
  throw new OpenToOthersError(
    `${path} contains a secret, but its mode (${rights}) lets others read or change it; run chmod 600 on it, or 440 to share it with a group`,
  )
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

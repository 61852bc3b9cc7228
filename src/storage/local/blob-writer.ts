import { closeSync, constants, fdatasync, open, writev } from "node:fs"
import { promisify } from "node:util"
import { freeMemory } from "../../base/free-memory.ts"
import { type BlobId, BlobStoreFull, BlobStoreReadOnly, type BlobWriter } from "../blob-store.ts"
import { folderOf, hasCode, pathOf, removeFile } from "./blob-files.ts"
import type { DirectorySync } from "./directory-sync.ts"
import { NEARLY_FULL } from "./disk-space.ts"
import type { ReadOnlyState } from "./read-only-state.ts"

// A call to another thread and back costs as much as sealing 64 KiB. So files are held as numbers, which are closed without
// such a call, and one call writes many pieces. The next pieces are sealed while a write is in progress.

const openFile = promisify(open)
const writePieces = promisify(writev)
const syncData = promisify(fdatasync)

/** Pieces are gathered up to this size unless the caller says otherwise. As much again may be in the write in progress. */
const GATHERED_BYTES = 256 * 1024

/** The kernel's limit of pieces in one call. */
const PIECES_PER_WRITE = 1024

export interface BlobFolder {
  readonly folder: string
  readonly directorySync: DirectorySync
  readonly hasRoom: () => boolean
  readonly state: ReadOnlyState
  /** Receives the error of a write. */
  readonly noteRefusal: (error: unknown) => void
}

/** Throws BlobStoreReadOnly. */
export function checkWritable(state: ReadOnlyState): void {
  const reason = state.reason()
  if (reason !== undefined) throw new BlobStoreReadOnly(reason)
}

/** Writes pieces in the background while the next ones are gathered, and frees their memory. */
interface WriteBehind {
  /** Throws the error of an earlier write. */
  add(pieces: readonly Uint8Array[]): Promise<void>
  /** Writes the rest. Resolves with the size of the file when everything is written. */
  finish(): Promise<number>
  /** Resolves when no write is in progress. */
  settled(): Promise<void>
}

function writeBehind(
  file: number,
  gatheredBytesMax: number,
  noteRefusal: BlobFolder["noteRefusal"],
): WriteBehind {
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  let position = 0
  /** The current or last write. */
  let writing: Promise<void> = Promise.resolve()

  async function writeAfter(before: Promise<void>, pieces: readonly Uint8Array[]): Promise<void> {
    await before
    position = await writeAll(file, pieces, position)
    pieces.forEach(freeMemory)
  }

  function begin(): void {
    writing = writeAfter(writing, gathered)
    // The next caller that awaits the write gets its error.
    writing.catch(noteRefusal)
    gathered = []
    gatheredBytes = 0
  }

  return {
    async add(pieces) {
      gathered.push(...pieces)
      for (const { length } of pieces) gatheredBytes += length
      if (gatheredBytes < gatheredBytesMax) return
      await writing
      begin()
    },
    async finish() {
      begin()
      await writing
      return position
    },
    settled: () => writing.catch(() => undefined),
  }
}

/** Creates a blob, which `commit` makes durable. Throws BlobStoreReadOnly and BlobStoreFull. */
export async function createBlob(
  into: BlobFolder,
  id: BlobId,
  gatheredBytes: number = GATHERED_BYTES,
): Promise<BlobWriter> {
  const path = pathOf(into.folder, id)
  const file = await openNew(into, path)
  const behind = writeBehind(file, gatheredBytes, into.noteRefusal)
  let isOpen = true

  /** Closes only once, because another file may get the number right afterwards. */
  function closeOnce(): void {
    if (!isOpen) return
    isOpen = false
    closeSync(file)
  }

  async function abort(): Promise<void> {
    await behind.settled()
    try {
      closeOnce()
    } catch {
      // The file is removed in any case.
    }
    await removeFile(path).catch(() => undefined)
  }

  /** Runs a step. If it fails, no file of the unfinished blob is left. */
  async function orAbort<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step()
    } catch (error) {
      into.noteRefusal(error)
      await abort()
      throw error
    }
  }

  return {
    write: (pieces) => orAbort(() => behind.add(pieces)),
    commit: () =>
      orAbort(async () => {
        const sizeBytes = await behind.finish()
        // Together they cost the disk as much as one of them.
        await both(
          syncOnce(into.state, () => syncData(file)),
          syncOnce(into.state, () => into.directorySync(folderOf(into.folder, id))),
        )
        closeOnce()
        return sizeBytes
      }),
    abort,
  }
}

/** Waits for both, even if one of them fails. */
async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  await Promise.allSettled([one, other])
  await one
  await other
}

async function openNew(into: BlobFolder, path: string): Promise<number> {
  try {
    checkWritable(into.state)
    if (!into.hasRoom()) throw new BlobStoreFull(NEARLY_FULL)
    return await openFile(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
  } catch (error) {
    const refusal = translateFull(error)
    into.noteRefusal(refusal)
    throw refusal
  }
}

/** Writes all pieces, even if the kernel takes fewer bytes in one call than it was given. Returns the position after them. */
async function writeAll(
  file: number,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let left = [...pieces]
  let end = position
  while (left.length > 0) {
    try {
      const { bytesWritten } = await writePieces(file, left.slice(0, PIECES_PER_WRITE), end)
      if (bytesWritten === 0 && left.some(({ length }) => length > 0)) {
        throw new Error("a write took no bytes")
      }
      end += bytesWritten
      left = dropBytes(left, bytesWritten)
    } catch (error) {
      throw translateFull(error)
    }
  }
  return end
}

/** Returns what remains after the first `count` bytes of the pieces. */
function dropBytes(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let skipped = 0
  let rest = count
  for (const { length } of pieces) {
    if (length > rest) break
    rest -= length
    skipped += 1
  }
  const [first, ...others] = pieces.slice(skipped)
  return first === undefined ? [] : [first.subarray(rest), ...others]
}

function translateFull(error: unknown): unknown {
  const isFull = hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")
  return isFull ? new BlobStoreFull("the disk is full", { cause: error }) : error
}

/** After a failed fsync there is no other: it might succeed without the bytes. */
async function syncOnce(state: ReadOnlyState, sync: () => Promise<void>): Promise<void> {
  checkWritable(state)
  try {
    await sync()
  } catch (error) {
    // Other errors, such as too many open files, affect only this blob.
    if (!isFailedSync(error)) throw error
    state.turnReadOnly(error.message)
    throw new BlobStoreReadOnly("an fsync failed", { cause: error })
  }
}

function isFailedSync(error: unknown): error is Error {
  if (!(error instanceof Error && "syscall" in error)) return false
  return error.syscall === "fsync" || error.syscall === "fdatasync"
}

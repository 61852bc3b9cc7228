import { constants, mkdirSync } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "../../base/clock.ts"
import { freeMemory } from "../../base/free-memory.ts"
import {
  type BlobId,
  BlobMissing,
  type BlobReader,
  type BlobStore,
  BlobStoreFull,
  BlobStoreReadOnly,
  type BlobWriter,
  parseBlobId,
} from "../blob-store.ts"
import { folderOf, hasCode, pathOf, readFolder, removeFile } from "./blob-files.ts"
import { createDirectorySync, type DirectorySync, syncFolder } from "./directory-sync.ts"
import { NEARLY_FULL } from "./disk-space.ts"
import { createQuarantine, listQuarantine, quarantineFolder } from "./quarantine.ts"
import { createReadMemory } from "./read-memory.ts"
import type { ReadOnlyState } from "./read-only-state.ts"

/** Small writes are gathered up to this size. */
const WRITE_BYTES = 512 * 1024

/** The kernel accepts no more pieces in one call. */
const PIECES_PER_WRITE = 1024

/** Files are spread over 256 folders by the last two digits of their id, which are random. */
const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, "0"),
)

interface BlobFolder {
  readonly folder: string
  readonly directorySync: DirectorySync
  readonly hasRoom: () => boolean
  readonly state: ReadOnlyState
  /** Is given what a write threw. */
  readonly noteRefusal: (error: unknown) => void
}

/**
 * One file per blob, at blobs/{last two digits of the id}/{id}, mode 0600. Creates the folders, which must be durable
 * before the first blob is.
 */
export async function openLocalBlobStore(
  folder: string,
  {
    state,
    hasRoom,
    noteRefusal,
    clock,
  }: Omit<BlobFolder, "folder" | "directorySync"> & { readonly clock: Clock },
): Promise<BlobStore> {
  for (const shard of SHARDS) mkdirSync(join(folder, shard), { recursive: true, mode: 0o700 })
  await syncFolder(folder)
  const into: BlobFolder = {
    folder,
    directorySync: createDirectorySync(),
    hasRoom,
    state,
    noteRefusal,
  }
  const quarantine = createQuarantine(folder, clock)
  return {
    create: (id) => createBlob(into, id),
    open: (id) => openBlob(pathOf(folder, id), id),
    async delete(id) {
      checkWritable(state)
      await removeFile(pathOf(folder, id))
    },
    list: () => listBlobs(folder),
    async quarantine(id) {
      checkWritable(state)
      await quarantine.add(id)
    },
    quarantined: () => quarantine.list(),
    async restore(id) {
      checkWritable(state)
      await quarantine.restore(id)
    },
    async purge(id) {
      checkWritable(state)
      await quarantine.purge(id)
    },
    close: () => Promise.resolve(),
  }
}

/** The same files, read-only. */
export function openLocalBlobStoreReadOnly(folder: string): BlobStore {
  const refuse = (): Promise<never> =>
    Promise.reject(new BlobStoreReadOnly("the store was opened for reading"))
  return {
    create: refuse,
    open: (id) => openBlob(pathOf(folder, id), id),
    delete: refuse,
    list: () => listBlobs(folder),
    quarantine: refuse,
    quarantined: () => listQuarantine(quarantineFolder(folder)),
    restore: refuse,
    purge: refuse,
    close: () => Promise.resolve(),
  }
}

function checkWritable(state: ReadOnlyState): void {
  const reason = state.reason()
  if (reason !== undefined) throw new BlobStoreReadOnly(reason)
}

async function createBlob(into: BlobFolder, id: BlobId): Promise<BlobWriter> {
  const path = pathOf(into.folder, id)
  const file = await openNew(into, path)
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  let position = 0

  async function flush(): Promise<void> {
    const pieces = gathered
    gathered = []
    gatheredBytes = 0
    position = await writeAll(file, pieces, position)
    pieces.forEach(freeMemory)
  }

  async function abort(): Promise<void> {
    await file.close().catch(() => undefined)
    await removeFile(path).catch(() => undefined)
  }

  /** Runs a step; when it fails, the unfinished blob leaves no file. */
  async function orAbort(step: () => Promise<void>): Promise<void> {
    try {
      await step()
    } catch (error) {
      into.noteRefusal(error)
      await abort()
      throw error
    }
  }

  return {
    async write(pieces) {
      gathered.push(...pieces)
      for (const { length } of pieces) gatheredBytes += length
      if (gatheredBytes >= WRITE_BYTES) await orAbort(flush)
    },
    async commit() {
      await orAbort(async () => {
        await flush()
        await syncOnce(into.state, () => file.datasync())
        await file.close()
        await syncOnce(into.state, () => into.directorySync(folderOf(into.folder, id)))
      })
      return position
    },
    abort,
  }
}

async function openNew(into: BlobFolder, path: string): Promise<FileHandle> {
  try {
    checkWritable(into.state)
    if (!into.hasRoom()) throw new BlobStoreFull(NEARLY_FULL)
    return await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
  } catch (error) {
    const refusal = translateFull(error)
    into.noteRefusal(refusal)
    throw refusal
  }
}

/** Writes all pieces, although one write may take fewer bytes than it was given. Returns the position after them. */
async function writeAll(
  file: FileHandle,
  pieces: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let left = [...pieces]
  let end = position
  while (left.length > 0) {
    try {
      const { bytesWritten } = await file.writev(left.slice(0, PIECES_PER_WRITE), end)
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

/** What remains after the first `count` bytes of the pieces. */
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

/** No fsync follows a failed one: the next might succeed without the bytes. */
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

async function openBlob(path: string, id: BlobId): Promise<BlobReader> {
  let file: FileHandle
  try {
    file = await open(path, "r")
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new BlobMissing(`no blob ${id}`)
    throw error
  }
  const { size } = await file.stat()
  const memory = createReadMemory()
  return {
    sizeBytes: size,
    async read(position, length) {
      const bytes = memory.take(length)
      let filled = 0
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
        if (bytesRead === 0) throw new BlobMissing(`blob ${id} ends early`)
        filled += bytesRead
      }
      return bytes
    },
    async close() {
      memory.giveBack()
      await file.close()
    },
  }
}

/** Every blob file below a blobs/ folder. */
export async function* listBlobs(folder: string): AsyncGenerator<BlobId, void, undefined> {
  for (const shard of await readFolder(folder)) {
    for (const name of await readFolder(join(folder, shard))) {
      const id = parseBlobId(name)
      if (id !== undefined) yield id
    }
  }
}

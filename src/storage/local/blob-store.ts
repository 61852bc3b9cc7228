import { mkdirSync } from "node:fs"
import { join } from "node:path"
import type { Clock } from "../../base/clock.ts"
import { type BlobId, type BlobStore, BlobStoreReadOnly, parseBlobId } from "../blob-store.ts"
import { pathOf, readFolder, removeFile } from "./blob-files.ts"
import { openBlob } from "./blob-reader.ts"
import { type BlobFolder, checkWritable, createBlob } from "./blob-writer.ts"
import { createDirectorySync, syncFolder } from "./directory-sync.ts"
import { createQuarantine, listQuarantine, quarantineFolder } from "./quarantine.ts"

/** Files are spread over 256 folders by the last two digits of their id, which are random. */
const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, "0"),
)

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
    create: (id, gatheredBytes) => createBlob(into, id, gatheredBytes),
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

/** Every blob file below a blobs/ folder. */
export async function* listBlobs(folder: string): AsyncGenerator<BlobId, void, undefined> {
  for (const shard of await readFolder(folder)) {
    for (const name of await readFolder(join(folder, shard))) {
      const id = parseBlobId(name)
      if (id !== undefined) yield id
    }
  }
}

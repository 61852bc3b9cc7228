import { chmodSync, mkdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import type { Clock } from "../../base/clock.ts"
import type { Log } from "../../base/log.ts"
import type { BlobStore } from "../blob-store.ts"
import type { MetadataStore } from "../metadata-store.ts"
import { openLocalBlobStore, openLocalBlobStoreReadOnly } from "./blob-store.ts"
import { syncFolder } from "./directory-sync.ts"
import { createDiskSpace } from "./disk-space.ts"
import { createOwnFile, lockDirectory } from "./lock.ts"
import { openLocalMetadataStore, openLocalMetadataStoreReadOnly } from "./metadata-store.ts"
import { createReadOnlyState } from "./read-only-state.ts"

/** A data directory's two stores. */
export interface LocalStore {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  close(): Promise<void>
}

/**
 * Opens the stores of a directory, and makes them in an empty one: metadata.sqlite with its log, and blobs/. Throws
 * DirectoryInUse when another process has them.
 */
export async function openLocalStore(
  directory: string,
  { log }: { readonly clock: Clock; readonly log: Log },
): Promise<LocalStore> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const lock = lockDirectory(directory)
  try {
    const surroundings = { state: createReadOnlyState(log), hasRoom: createDiskSpace(directory) }
    const database = join(directory, "metadata.sqlite")
    createOwnFile(database)
    const blobs = await openLocalBlobStore(join(directory, "blobs"), surroundings)
    await syncFolder(directory)
    await syncFolder(dirname(resolve(directory)))
    // Last, since it starts threads: whatever fails before leaves none behind.
    const metadata = await openLocalMetadataStore(database, surroundings)
    return {
      metadata,
      blobs,
      async close() {
        await blobs.close()
        await metadata.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Opens the stores of a directory for reading, beside a process that has it. Every write is refused. */
export function openLocalStoreReadOnly(directory: string, log: Log): LocalStore {
  const metadata = openLocalMetadataStoreReadOnly(join(directory, "metadata.sqlite"))
  const blobs = openLocalBlobStoreReadOnly(join(directory, "blobs"))
  log.debug({ directory }, "opened for reading")
  return { metadata, blobs, close: () => metadata.close() }
}

import { chmodSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import type { Clock } from "../../base/clock.ts"
import type { Log } from "../../base/log.ts"
import type { BlobStore } from "../blob-store.ts"
import type { MetadataStore } from "../metadata-store.ts"
import { openLocalBlobStore } from "./blob-store.ts"
import { createDiskSpace } from "./disk-space.ts"
import { lockDirectory } from "./lock.ts"
import { openLocalMetadataStore, openLocalMetadataStoreReadOnly } from "./metadata-store.ts"

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
    const surroundings = { log, hasRoom: createDiskSpace(directory) }
    const metadata = await openLocalMetadataStore(join(directory, "metadata.sqlite"), surroundings)
    const blobs = openLocalBlobStore(join(directory, "blobs"), surroundings)
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

/** Opens the stores of a directory for reading, beside a process that has it; writes nothing. */
export function openLocalStoreReadOnly(directory: string, log: Log): LocalStore {
  const metadata = openLocalMetadataStoreReadOnly(join(directory, "metadata.sqlite"))
  const blobs = openLocalBlobStore(join(directory, "blobs"), { log, hasRoom: () => false })
  return { metadata, blobs, close: () => metadata.close() }
}

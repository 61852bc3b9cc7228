import { chmodSync, existsSync, mkdirSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import type { Clock } from "../../base/clock.ts"
import type { Log } from "../../base/log.ts"
import type { BlobStore } from "../blob-store.ts"
import type { MetadataStore } from "../metadata-store.ts"
import { listBlobs, openLocalBlobStore, openLocalBlobStoreReadOnly } from "./blob-store.ts"
import { syncFolder } from "./directory-sync.ts"
import { createDiskSpace, diskSize, type DiskSize } from "./disk-space.ts"
import { createOwnFile, lockDirectory } from "./lock.ts"
import { checkDatabaseExists, checkLog, databasePath } from "./log-check.ts"
import { openLocalMetadataStore, openLocalMetadataStoreReadOnly } from "./metadata-store.ts"
import { listQuarantine, quarantineFolder } from "./quarantine.ts"
import { prepareForReading } from "./read-only-database.ts"
import { createReadOnlyState } from "./read-only-state.ts"
import { type Acceptance, StartRefused } from "./start-refused.ts"

/** A data directory's two stores. */
export interface LocalStore {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  /** How the directory is, looked at now. */
  state(): StorageState
  close(): Promise<void>
}

export interface StorageState {
  /** Why nothing is written any more; undefined while all is well. */
  readonly readOnlyReason: string | undefined
  readonly disk: DiskSize
}

interface OpenOptions {
  readonly clock: Clock
  readonly log: Log
  readonly accept?: Acceptance
  /** Refuse a directory that holds no database, instead of making one. */
  readonly mustExist?: boolean
}

/**
 * Opens the stores of a directory, and makes them in an empty one: metadata.sqlite with its log, and blobs/. Throws
 * DirectoryInUse when another process has them, and StartRefused when what is there does not belong together.
 */
export async function openLocalStore(
  directory: string,
  { clock, log, accept = {}, mustExist = false }: OpenOptions,
): Promise<LocalStore> {
  if (mustExist) checkIsDataDirectory(directory)
  await checkRest(directory)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  chmodSync(directory, 0o700)
  const lock = lockDirectory(directory)
  try {
    checkLog(directory, accept)
    const state = createReadOnlyState(log)
    const surroundings = { state, hasRoom: createDiskSpace(directory) }
    createOwnFile(databasePath(directory))
    const blobs = await openLocalBlobStore(join(directory, "blobs"), { ...surroundings, clock })
    await syncFolder(directory)
    await syncFolder(dirname(resolve(directory)))
    // Last, since it starts threads: whatever fails before leaves none behind.
    const metadata = await openLocalMetadataStore(databasePath(directory), {
      ...surroundings,
      accept,
      accepted: (what) => log.warn({ directory }, `started although the database ${what}`),
    })
    return {
      metadata,
      blobs,
      state: () => ({ readOnlyReason: state.reason(), disk: diskSize(directory) }),
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

/** Throws StartRefused when the directory has blobs or store.json, but no database. Reads only. */
async function checkRest(directory: string): Promise<void> {
  const blobs = join(directory, "blobs")
  const rest: string[] = []
  if (await hasAny(listBlobs(blobs))) rest.push("blobs")
  if (await hasAny(listQuarantine(quarantineFolder(blobs)))) rest.push("blobs in quarantine")
  if (existsSync(join(directory, "store.json"))) rest.push("store.json")
  checkDatabaseExists(directory, rest)
}

async function hasAny(items: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _item of items) return true
  return false
}

/** Whether a directory holds blobs, set aside or not. */
export async function hasBlobs(blobs: BlobStore): Promise<boolean> {
  return (await hasAny(blobs.list())) || (await hasAny(blobs.quarantined()))
}

/** Throws StartRefused for a directory without a database; for commands that make nothing. */
function checkIsDataDirectory(directory: string): void {
  if (existsSync(databasePath(directory))) return
  throw new StartRefused(
    `${directory} is no data directory of osseal: it holds no metadata.sqlite; check the path, or restore the database if this is a backup. Nothing was made`,
  )
}

/**
 * Opens the stores of a directory for reading, and changes nothing in it, not even a time. Every write is refused. Throws
 * StartRefused as openLocalStore does, and DirectoryInUse when another process has the directory and `besideServer` is
 * not set; with it, commits of that process are seen.
 */
export function openLocalStoreReadOnly(
  directory: string,
  { log, besideServer }: { readonly log: Log; readonly besideServer: boolean },
): LocalStore {
  checkIsDataDirectory(directory)
  const prepared = prepareForReading(directory, { besideServer })
  try {
    const metadata = openLocalMetadataStoreReadOnly(prepared.path)
    const blobs = openLocalBlobStoreReadOnly(join(directory, "blobs"))
    log.debug({ directory }, "opened for reading")
    return {
      metadata,
      blobs,
      state: () => ({ readOnlyReason: "it was opened for reading", disk: diskSize(directory) }),
      async close() {
        await metadata.close()
        prepared.release()
      },
    }
  } catch (error) {
    prepared.release()
    throw error
  }
}

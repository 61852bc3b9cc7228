import { accessSync, constants, existsSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { makeFolder } from "../../base/make-folder.ts"
import type { MessagePort } from "node:worker_threads"
import type { Clock } from "../../base/clock.ts"
import type { Log } from "../../base/log.ts"
import type { BlobStore } from "../blob-store.ts"
import type { MetadataStore } from "../metadata-store.ts"
import { listBlobs, openLocalBlobStore, openLocalBlobStoreReadOnly } from "./blob-store.ts"
import { syncFolder } from "./directory-sync.ts"
import { createDiskSpace, diskSize, type DiskSize } from "./disk-space.ts"
import { createOwnFile, lockDirectory } from "./lock.ts"
import { checkDatabaseExists, checkLog, databasePath } from "./log-check.ts"
import {
  joinLocalMetadataStore,
  openLocalMetadataStore,
  openLocalMetadataStoreReadOnly,
} from "./metadata-store.ts"
import { listQuarantine, quarantineFolder } from "./quarantine.ts"
import { prepareForReading } from "./read-only-database.ts"
import { createReadOnlyState, newReadOnlyFlag } from "./read-only-state.ts"
import { createRowChanges } from "./row-changes.ts"
import { type Acceptance, StartRefused } from "./start-refused.ts"
import { createWriteRefusals, type WriteRefusal } from "./write-refusals.ts"

/** The two stores of a data directory. */
export interface LocalStore {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  /** Why writes are refused now. Empty while they are accepted. */
  readonly writeRefusals: () => readonly WriteRefusal[]
  /** The present state of the directory. */
  state(): StorageState
  readonly close: () => Promise<void>
}

/** The stores of the thread that holds the directory's lock. */
export interface OwnLocalStore extends LocalStore {
  /** A handover for `joinLocalStore` on another thread. Its `port` must be transferred. */
  handOver(): LocalHandover
}

/** What another thread needs in order to use the same stores. */
export interface LocalHandover {
  readonly directory: string
  readonly changes: SharedArrayBuffer
  readonly readOnlyFlag: SharedArrayBuffer
  readonly port: MessagePort
}

export interface StorageState {
  /** Why nothing is written any more; undefined while writes are accepted. */
  readonly readOnlyReason: string | undefined
  readonly disk: DiskSize
}

interface OpenOptions {
  readonly clock: Clock
  readonly log: Log
  readonly accept?: Acceptance
  /** Refuses a directory without a database instead of creating one. */
  readonly mustExist?: boolean
}

/**
 * Opens the stores of a directory: metadata.sqlite with its log, and blobs/. Creates them in an empty directory. A directory
 * that is created is accessible to its owner only. An existing one keeps its permissions, because it may be somebody else's
 * volume. Throws DirectoryInUse when another process has the directory open, and StartRefused when its contents do not belong
 * together.
 */
export async function openLocalStore(
  directory: string,
  { clock, log, accept = {}, mustExist = false }: OpenOptions,
): Promise<OwnLocalStore> {
  if (mustExist) checkIsDataDirectory(directory)
  await checkRest(directory)
  makeDirectory(directory, log)
  const lock = lockDirectory(directory)
  try {
    checkLog(directory, accept)
    const readOnlyFlag = newReadOnlyFlag()
    const changes = createRowChanges()
    const writable = watchWritable({ directory, readOnlyFlag, clock, log })
    const { surroundings } = writable
    const { state } = surroundings
    createOwnFile(databasePath(directory))
    const blobs = await openLocalBlobStore(join(directory, "blobs"), { ...surroundings, clock })
    await syncFolder(directory)
    await syncFolder(dirname(resolve(directory)))
    // Last, because it starts threads: an earlier failure leaves none behind.
    const metadata = await openLocalMetadataStore(databasePath(directory), {
      ...surroundings,
      changes,
      accept,
      accepted: (what) => log.warn({ directory }, `started although the database ${what}`),
    })
    return {
      metadata,
      blobs,
      writeRefusals: writable.refusals,
      handOver: () => ({
        directory,
        changes: changes.memory,
        readOnlyFlag,
        port: metadata.connect(),
      }),
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

/**
 * The stores of a directory that another thread of this process has open. They must be closed before that thread closes its
 * own.
 */
export async function joinLocalStore(
  { directory, changes, readOnlyFlag, port }: LocalHandover,
  { clock, log }: Pick<OpenOptions, "clock" | "log">,
): Promise<LocalStore> {
  const { surroundings, refusals } = watchWritable({ directory, readOnlyFlag, clock, log })
  const blobs = await openLocalBlobStore(join(directory, "blobs"), { ...surroundings, clock })
  const metadata = joinLocalMetadataStore(databasePath(directory), {
    ...surroundings,
    changes: createRowChanges(changes),
    port,
  })
  return {
    metadata,
    blobs,
    writeRefusals: refusals,
    state: () => ({ readOnlyReason: surroundings.state.reason(), disk: diskSize(directory) }),
    async close() {
      await blobs.close()
      await metadata.close()
    },
  }
}

/** Whether writes are accepted, and the error for those that are refused. */
function watchWritable({
  directory,
  readOnlyFlag,
  clock,
  log,
}: Pick<OpenOptions, "clock" | "log"> & Pick<LocalHandover, "directory" | "readOnlyFlag">) {
  const space = {
    state: createReadOnlyState(log, readOnlyFlag),
    hasRoom: createDiskSpace(directory),
  }
  const { note, current } = createWriteRefusals({ ...space, directory, clock, log })
  return { surroundings: { ...space, noteRefusal: note }, refusals: current }
}

/**
 * Opens the stores of a directory for a further thread, which only reads. This process has the directory open for writing.
 * Reads see every commit that was acknowledged before they began.
 */
export function openStoresBesideWriter(directory: string): Pick<LocalStore, "metadata" | "blobs"> {
  return {
    metadata: openLocalMetadataStoreReadOnly(databasePath(directory)),
    blobs: openLocalBlobStoreReadOnly(join(directory, "blobs")),
  }
}

const OTHERS_WRITE = 0o002

function makeDirectory(directory: string, log: Log): void {
  checkDirectory(directory)
  const isMade = makeFolder(directory)
  if (isMade || (statSync(directory).mode & OTHERS_WRITE) === 0) return
  log.warn({ directory }, "anyone can write to the data directory; run chmod o-w on it")
}

/**
 * Returns the directory, or the nearest one above it that exists. Throws StartRefused when this user cannot use the path as a
 * data directory.
 */
export function checkDirectory(directory: string): string {
  if (directory === "") throw new StartRefused("the data directory has an empty name; name one")
  let place = resolve(directory)
  while (!existsSync(place)) place = dirname(place)
  try {
    if (!statSync(place).isDirectory()) throw new Error(`${place} is no directory`)
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK)
    return place
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartRefused(
      `${directory} cannot be used by ${thisUser()} as a data directory: ${reason}; give it to that user (chown), or name another`,
    )
  }
}

function thisUser(): string {
  const uid = process.getuid?.()
  return uid === undefined ? "this user" : `user ${uid}`
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

/** Whether a directory holds blobs, in place or in quarantine. */
export async function hasBlobs(blobs: BlobStore): Promise<boolean> {
  return (await hasAny(blobs.list())) || (await hasAny(blobs.quarantined()))
}

/** Throws StartRefused for a directory without a database. For commands that create nothing. */
function checkIsDataDirectory(directory: string): void {
  if (existsSync(databasePath(directory))) return
  throw new StartRefused(
    `${directory} is not a data directory of osseal: it has no metadata.sqlite; check the path, or restore the database if this is a backup. Nothing was created`,
  )
}

/**
 * Opens the stores of a directory for reading, and changes nothing in it, not even a time stamp. Every write is
 * refused. Throws StartRefused as openLocalStore does. Throws DirectoryInUse when another process has the directory,
 * unless `besideServer` is set; then that process's commits are visible.
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
      writeRefusals: () => ["read-only"],
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

import { join } from "node:path"
import type { Clock } from "./base/clock.ts"
import type { Log } from "./base/log.ts"
import { randomSecret } from "./base/random.ts"
import { createSecretKey } from "node:crypto"
import { DEV_ACCOUNT_ID, type UnlockMethod } from "./config.ts"
import { loadAccountId } from "./identity/account.ts"
import { createKmsDataKeys } from "./keys/kms/kms-data-keys.ts"
import { createBucketDataKeys } from "./keys/service-managed/bucket-data-keys.ts"
import { loadActivation } from "./kms/activation.ts"
import type { KmsMode } from "./kms/kms-mode.ts"
import { createKeyService, type KeyService } from "./kms/key-service.ts"
import {
  addRecoveryWrap,
  hasRootKey,
  initRootKey,
  openRootKey,
  type OpenedRootKey,
} from "./kms/root-key/root-key.ts"
import { checkRootKey } from "./kms/root-key/root-key-check.ts"
import { RootKeyError } from "./kms/root-key/root-key-error.ts"
import type { Unlock } from "./kms/root-key/unlock.ts"
import { readWraps, type WrapRecord } from "./kms/root-key/wrap-file.ts"
import { createObjectStore, type ObjectStore } from "./objects/object-store.ts"
import { rootKeyFromSecret, type RootKey } from "./sealing/root-key.ts"
import type { BlobStore } from "./storage/blob-store.ts"
import {
  hasBlobs,
  type LocalStore,
  openLocalStore,
  openLocalStoreReadOnly,
  type StorageState,
} from "./storage/local/local-store.ts"
import { checkDatabaseExists } from "./storage/local/log-check.ts"
import { type Acceptance, StartRefused } from "./storage/local/start-refused.ts"
import { createMemoryBlobStore } from "./storage/memory/blob-store.ts"
import { createMemoryMetadataStore } from "./storage/memory/metadata-store.ts"
import type { MetadataStore } from "./storage/metadata-store.ts"
import { createSealedMetadataStore } from "./storage/sealed-metadata-store.ts"

/** Everything that is kept, opened. */
export interface OpenedData {
  readonly accountId: string
  /** The sealed store. */
  readonly metadata: MetadataStore
  readonly store: ObjectStore
  readonly keyService: KeyService
  /** undefined in memory, where the root key is gone with the process. */
  readonly root: OpenedRootKey | undefined
  /** undefined in memory. */
  readonly directory: OpenedDirectory | undefined
  close(): Promise<void>
}

/** What is told of a data directory beside its rows and blobs. */
interface OpenedDirectory {
  readonly unlockedBy: Unlock["provider"]
  state(): StorageState
  readWraps(): Promise<readonly WrapRecord[]>
  /** See addRecoveryWrap in kms/root-key. */
  addRecoveryWrap(): Promise<string>
}

interface Surroundings {
  readonly region: string
  readonly clock: Clock
  readonly log: Log
  /** Whether the key service does anything; `on` when it is left out. */
  readonly kms?: KmsMode
}

interface OpenOptions {
  readonly accept?: Acceptance
  /** Refuse a directory that holds no database, instead of making one. */
  readonly mustExist?: boolean
}

function unlockOf(directory: string, method: UnlockMethod): Unlock {
  switch (method.kind) {
    case "key-file":
      return { provider: "key-file", path: method.path ?? join(directory, "unlock.key") }
    case "passphrase":
      return { provider: "passphrase", passphrase: Buffer.from(method.passphrase) }
    case "recovery-code":
      return { provider: "recovery", code: method.code }
  }
}

/** Opens the root key of a directory, or makes it in a new one. Throws RootKeyError. */
async function openOrInitRootKey(
  directory: string,
  unlock: Unlock,
  { metadata, blobs }: LocalStore,
): Promise<OpenedRootKey> {
  const hasRows = await holdsRows(metadata)
  const holdsData = hasRows || (await hasBlobs(blobs))
  if (await hasRootKey(directory)) {
    if (holdsData && !hasRows) {
      throw new StartRefused(
        `${directory} holds blobs and a root key, but its metadata.sqlite is empty; restore metadata.sqlite from the same backup as the rest. No object was changed`,
      )
    }
    return await openRootKey(directory, unlock)
  }
  if (unlock.provider === "recovery") {
    throw new RootKeyError(`${directory} has no root key that a recovery code could open`)
  }
  return await initRootKey(directory, unlock, { dataExists: holdsData })
}

async function holdsRows(metadata: MetadataStore): Promise<boolean> {
  const every = { from: Buffer.of(0), to: Buffer.alloc(16, 0xff) }
  const [row] = await metadata.scan({ ...every, limit: 1, values: false })
  return row !== undefined
}

/**
 * Opens a data directory for writing, and makes it when it does not exist. One process at a time. Throws RootKeyError,
 * StartRefused when what lies there does not belong together, or DirectoryInUse.
 */
export async function openDataDirectory(
  directory: string,
  unlock: UnlockMethod,
  surroundings: Surroundings,
  options: OpenOptions = {},
): Promise<OpenedData> {
  const { clock, log } = surroundings
  checkDatabaseExists(directory, (await hasRootKey(directory)) ? ["a root key"] : [])
  const local = await openLocalStore(directory, { clock, log, ...options })
  try {
    const how = unlockOf(directory, unlock)
    const root = await openOrInitRootKey(directory, how, local)
    await checkRootKey(local.metadata, root.rootKey, clock)
    const data = await assemble(local.metadata, local.blobs, root.rootKey, surroundings)
    const opened = openedDirectory(directory, how, { local, root })
    return { ...data, root, directory: opened, close: () => local.close() }
  } catch (error) {
    await local.close()
    throw error
  }
}

/**
 * Opens a data directory and changes nothing in it. Throws what openDataDirectory does; a running server keeps it from
 * opening unless `besideServer` is set.
 */
export async function openDataDirectoryReadOnly(
  directory: string,
  unlock: UnlockMethod,
  surroundings: Surroundings,
  { besideServer }: { readonly besideServer: boolean },
): Promise<OpenedData> {
  const local = openLocalStoreReadOnly(directory, { log: surroundings.log, besideServer })
  try {
    const how = unlockOf(directory, unlock)
    const root = await openRootKey(directory, how)
    if (!(await holdsRows(local.metadata))) {
      throw new StartRefused(`${directory} holds no data: its metadata.sqlite is empty`)
    }
    await checkRootKey(local.metadata, root.rootKey, surroundings.clock)
    const data = await assemble(local.metadata, local.blobs, root.rootKey, surroundings)
    const opened = openedDirectory(directory, how, { local, root })
    return { ...data, root, directory: opened, close: () => local.close() }
  } catch (error) {
    await local.close()
    throw error
  }
}

function openedDirectory(
  directory: string,
  { provider }: Unlock,
  { local, root }: { readonly local: LocalStore; readonly root: OpenedRootKey },
): OpenedDirectory {
  return {
    unlockedBy: provider,
    state: () => local.state(),
    readWraps: () => readWraps(directory),
    addRecoveryWrap: () => addRecoveryWrap(directory, root),
  }
}

/** The blobs of a data directory, which are set aside and taken back without the root key. */
type OpenedBlobs = Pick<LocalStore, "blobs" | "close">

/** Opens the blobs of a stopped server's directory. Throws StartRefused, or DirectoryInUse. */
export async function openBlobs(
  directory: string,
  surroundings: Omit<Surroundings, "region">,
): Promise<OpenedBlobs> {
  return await openLocalStore(directory, { ...surroundings, mustExist: true })
}

/** The same for looking only, beside a running server too. */
export function openBlobsReadOnly(directory: string, log: Log): OpenedBlobs {
  return openLocalStoreReadOnly(directory, { log, besideServer: true })
}

/** What a process in memory keeps: opening it again is a restart. */
export interface MemoryEngines {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  readonly rootKey: RootKey
}

/** Empty engines, with a root key that nobody else keeps. */
export function createMemoryEngines(): MemoryEngines {
  const secret = randomSecret(32)
  const rootKey = rootKeyFromSecret(createSecretKey(secret))
  secret.fill(0)
  return { metadata: createMemoryMetadataStore(), blobs: createMemoryBlobStore(), rootKey }
}

/** The same in memory, sealed like on disk. */
export async function openMemory(
  surroundings: Surroundings,
  { metadata, blobs, rootKey }: MemoryEngines = createMemoryEngines(),
): Promise<OpenedData> {
  const data = await assemble(metadata, blobs, rootKey, surroundings, { accountId: DEV_ACCOUNT_ID })
  const close = (): Promise<void> => Promise.resolve()
  return { ...data, root: undefined, directory: undefined, close }
}

async function assemble(
  plain: MetadataStore,
  blobs: BlobStore,
  rootKey: RootKey,
  { region, clock, log, kms = "on" }: Surroundings,
  fixed?: { readonly accountId: string },
): Promise<Pick<OpenedData, "accountId" | "metadata" | "store" | "keyService">> {
  const metadata = createSealedMetadataStore({ store: plain, rootKey, clock })
  const accountId = fixed?.accountId ?? (await loadAccountId(metadata, clock))
  const activation = await loadActivation({ store: metadata, clock }, kms)
  const keyService = createKeyService({
    store: metadata,
    rootKey,
    clock,
    log,
    region,
    accountId,
    activation,
  })
  const bucketDataKeys = createBucketDataKeys({ metadata, rootKey })
  const store = createObjectStore({
    metadata,
    blobs,
    clock,
    log,
    bucketKeys: bucketDataKeys,
    dataKeys: { service: bucketDataKeys, kms: createKmsDataKeys(keyService) },
  })
  return { accountId, metadata, store, keyService }
}

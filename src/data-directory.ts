import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { Clock } from "./base/clock.ts"
import type { Log } from "./base/log.ts"
import { randomSecret } from "./base/random.ts"
import { createSecretKey } from "node:crypto"
import { DEV_ACCOUNT_ID, type UnlockMethod } from "./config.ts"
import { loadAccountId } from "./identity/account.ts"
import { createKmsDataKeys } from "./keys/kms/kms-data-keys.ts"
import { createBucketDataKeys } from "./keys/service-managed/bucket-data-keys.ts"
import { createKeyService, type KeyService } from "./kms/key-service.ts"
import {
  hasRootKey,
  initRootKey,
  openRootKey,
  type OpenedRootKey,
} from "./kms/root-key/root-key.ts"
import { checkRootKey } from "./kms/root-key/root-key-check.ts"
import { RootKeyError } from "./kms/root-key/root-key-error.ts"
import type { Unlock } from "./kms/root-key/unlock.ts"
import { createObjectStore, type ObjectStore } from "./objects/object-store.ts"
import { rootKeyFromSecret, type RootKey } from "./sealing/root-key.ts"
import type { BlobStore } from "./storage/blob-store.ts"
import { openLocalStore, openLocalStoreReadOnly } from "./storage/local/local-store.ts"
import { createMemoryBlobStore } from "./storage/memory/blob-store.ts"
import { createMemoryMetadataStore } from "./storage/memory/metadata-store.ts"
import type { MetadataStore } from "./storage/metadata-store.ts"
import { createSealedMetadataStore } from "./storage/sealed-metadata-store.ts"

/** Everything that is kept, opened. */
export interface OpenedData {
  readonly accountId: string
  readonly store: ObjectStore
  readonly keyService: KeyService
  /** undefined in memory, where the root key is gone with the process. */
  readonly root: OpenedRootKey | undefined
  close(): Promise<void>
}

interface Surroundings {
  readonly region: string
  readonly clock: Clock
  readonly log: Log
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
  metadata: MetadataStore,
): Promise<OpenedRootKey> {
  if (await hasRootKey(directory)) return await openRootKey(directory, unlock)
  if (unlock.provider === "recovery") {
    throw new RootKeyError(`${directory} has no root key that a recovery code could open`)
  }
  const [row] = await metadata.scan({
    from: Buffer.of(0),
    to: Buffer.alloc(16, 0xff),
    limit: 1,
    values: false,
  })
  return await initRootKey(directory, unlock, { dataExists: row !== undefined })
}

/**
 * Opens a data directory for writing, and makes it when it does not exist. One process at a time. Throws RootKeyError,
 * or DirectoryInUse.
 */
export async function openDataDirectory(
  directory: string,
  unlock: UnlockMethod,
  surroundings: Surroundings,
): Promise<OpenedData> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const { clock, log } = surroundings
  const local = await openLocalStore(directory, { clock, log })
  try {
    const root = await openOrInitRootKey(directory, unlockOf(directory, unlock), local.metadata)
    await checkRootKey(local.metadata, root.rootKey, clock)
    const data = await assemble(local.metadata, local.blobs, root.rootKey, surroundings)
    return { ...data, root, close: () => local.close() }
  } catch (error) {
    await local.close()
    throw error
  }
}

/** Opens a data directory without a lock and without ever writing: for looking into it beside a running server. */
export async function openDataDirectoryReadOnly(
  directory: string,
  unlock: UnlockMethod,
  surroundings: Surroundings,
): Promise<OpenedData> {
  const local = openLocalStoreReadOnly(directory, surroundings.log)
  try {
    const root = await openRootKey(directory, unlockOf(directory, unlock))
    await checkRootKey(local.metadata, root.rootKey, surroundings.clock)
    const data = await assemble(local.metadata, local.blobs, root.rootKey, surroundings)
    return { ...data, root, close: () => local.close() }
  } catch (error) {
    await local.close()
    throw error
  }
}

/** The same in memory, sealed like on disk, under a root key that nobody keeps. */
export async function openMemory(surroundings: Surroundings): Promise<OpenedData> {
  const secret = randomSecret(32)
  const rootKey = rootKeyFromSecret(createSecretKey(secret))
  secret.fill(0)
  const metadata = createMemoryMetadataStore()
  const data = await assemble(metadata, createMemoryBlobStore(), rootKey, surroundings, {
    accountId: DEV_ACCOUNT_ID,
  })
  return { ...data, root: undefined, close: () => Promise.resolve() }
}

async function assemble(
  plain: MetadataStore,
  blobs: BlobStore,
  rootKey: RootKey,
  { region, clock, log }: Surroundings,
  fixed?: { readonly accountId: string },
): Promise<Pick<OpenedData, "accountId" | "store" | "keyService">> {
  const metadata = createSealedMetadataStore({ store: plain, rootKey, clock })
  const accountId = fixed?.accountId ?? (await loadAccountId(metadata, clock))
  const keyService = createKeyService({ store: metadata, rootKey, clock, log, region, accountId })
  const bucketDataKeys = createBucketDataKeys({ metadata, rootKey })
  const store = createObjectStore({
    metadata,
    blobs,
    clock,
    log,
    bucketKeys: bucketDataKeys,
    dataKeys: { service: bucketDataKeys, kms: createKmsDataKeys(keyService) },
  })
  return { accountId, store, keyService }
}

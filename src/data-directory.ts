import { statfsSync } from "node:fs"
import { join } from "node:path"
import type { Clock } from "./base/clock.ts"
import { createDamageNotes, type DamageNotes } from "./base/damage-notes.ts"
import type { Log } from "./base/log.ts"
import { createMemoryBudget, type MemoryBudget } from "./base/memory-budget.ts"
import { randomSecret } from "./base/random.ts"
import { createSecretKey, type KeyObject } from "node:crypto"
import { DEV_ACCOUNT_ID, type UnlockMethod } from "./config.ts"
import { loadAccountId } from "./identity/account.ts"
import { createKmsDataKeys } from "./keys/kms/kms-data-keys.ts"
import { createBucketDataKeys } from "./keys/service-managed/bucket-data-keys.ts"
import type { ClockWitness } from "./kms/clock-witness.ts"
import { loadActivation } from "./kms/activation.ts"
import type { KmsMode } from "./kms/kms-mode.ts"
import { createKeyService, type KeyService } from "./kms/key-service.ts"
import type { LastUses } from "./kms/last-uses.ts"
import { loadLastUses } from "./kms/stored-uses.ts"
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
import { createSurvey } from "./objects/jobs/survey.ts"
import {
  createObjectStore,
  type GatewayPlace,
  newGatewayId,
  type ObjectStore,
  REQUEST_MEMORY_BYTES,
} from "./objects/object-store.ts"
import type { LargeDigests } from "./objects/large-digests.ts"
import type { Survey } from "./objects/survey.ts"
import { newSharedEpochs } from "./objects/uses.ts"
import { rootKeyFromSecret, type RootKey } from "./sealing/root-key.ts"
import type { BlobStore } from "./storage/blob-store.ts"
import {
  checkDirectory,
  hasBlobs,
  joinLocalStore,
  type LocalHandover,
  type LocalStore,
  openLocalStore,
  openLocalStoreReadOnly,
  type StorageState,
} from "./storage/local/local-store.ts"
import { checkDatabaseExists } from "./storage/local/log-check.ts"
import { type Acceptance, StartRefused } from "./storage/local/start-refused.ts"
import type { WriteRefusal } from "./storage/local/write-refusals.ts"
import { createMemoryBlobStore } from "./storage/memory/blob-store.ts"
import { createMemoryMetadataStore } from "./storage/memory/metadata-store.ts"
import type { MetadataStore, StoreKey } from "./storage/metadata-store.ts"
import { createSealedMetadataStore } from "./storage/sealed-metadata-store.ts"
import { createThreadedDigests } from "./threaded-digests.ts"
import { createThreadedSurvey } from "./threaded-survey.ts"

/** Everything that is stored, opened. */
export interface OpenedData {
  readonly accountId: string
  /** The sealed store. */
  readonly metadata: MetadataStore
  readonly store: ObjectStore
  readonly keyService: KeyService
  /** When each CMK was last used, as far as this process knows. */
  readonly lastUses: LastUses
  /** undefined in memory, where the root key is lost with the process. */
  readonly root: OpenedRootKey | undefined
  /** For `joinDataDirectory` on another thread; undefined in memory, and for data that is opened for reading only. */
  readonly handOver: (() => DataHandover) | undefined
  /** The reasons why writes are refused now; empty while they are accepted. */
  writeRefusals(): readonly WriteRefusal[]
  /** undefined in memory. */
  readonly directory: OpenedDirectory | undefined
  /** Resolves with a reason when a thread that the directory needs has ended. Otherwise it stays pending. */
  readonly failed: Promise<string>
  close(): Promise<void>
}

const NEVER = new Promise<never>(() => undefined)

/** Facts about a data directory other than its rows and blobs. */
interface OpenedDirectory {
  readonly unlockedBy: Unlock["provider"]
  state(): StorageState
  readWraps(): Promise<readonly WrapRecord[]>
  /** See addRecoveryWrap in kms/root-key. */
  addRecoveryWrap(): Promise<string>
}

/** What another thread of the process needs in order to use the same data. `local.port` must be transferred. */
export interface DataHandover {
  readonly local: LocalHandover
  readonly rootKey: KeyObject
  readonly gateway: GatewayPlace
  readonly gateways: number
}

/** How many gateways may share the data, including the one that opens it; no more places than that are handed out. */
interface Sharing {
  readonly gateways?: number
}

interface Surroundings {
  readonly region: string
  readonly clock: Clock
  readonly log: Log
  /** Whether the key service is activated; `on` when omitted. */
  readonly kms?: KmsMode
}

interface MemorySurroundings extends Surroundings {
  /** As in ObjectStoreParts. */
  readonly memory?: MemoryBudget
  /** As in KeyServiceInput. */
  readonly clockWitness?: ClockWitness
  /** The budget of this process; in memory, a budget of its own when omitted. */
  readonly lastUses?: LastUses
  /** Receives reports of damage. If it is left out, the directory creates its own. */
  readonly damage?: DamageNotes
}

interface OpenOptions extends Sharing {
  readonly accept?: Acceptance
  /** Refuses a directory without a database, instead of creating one. */
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

/** Opens the root key of a directory, or creates it in a new one. Throws RootKeyError. */
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
        `${directory} contains blobs and a root key, but its metadata.sqlite is empty; restore metadata.sqlite from the same backup as the rest. No object was changed`,
      )
    }
    return await openRootKey(directory, unlock)
  }
  if (unlock.provider === "recovery") {
    throw new RootKeyError(
      `${directory} has no root key that a recovery code could unlock; check the path, or unset OSSEAL_RECOVERY_CODE to create a new directory`,
    )
  }
  return await initRootKey(directory, unlock, { dataExists: holdsData })
}

async function holdsRows(metadata: MetadataStore): Promise<boolean> {
  const every = { from: Buffer.of(0), to: Buffer.alloc(16, 0xff) }
  const [row] = await metadata.scan({ ...every, limit: 1, values: false })
  return row !== undefined
}

/**
 * Opens a data directory for writing, and creates it when it does not exist. One process at a time. Throws
 * RootKeyError, StartRefused when its contents do not belong together, or DirectoryInUse.
 */
export async function openDataDirectory(
  directory: string,
  unlock: UnlockMethod,
  surroundings: Surroundings,
  options: OpenOptions = {},
): Promise<OpenedData> {
  const { clock, log } = surroundings
  checkDirectory(directory)
  checkDatabaseExists(directory, (await hasRootKey(directory)) ? ["a root key"] : [])
  const local = await openLocalStore(directory, { clock, log, ...options })
  try {
    const how = unlockOf(directory, unlock)
    const root = await openOrInitRootKey(directory, how, local)
    await checkRootKey(local.metadata, root.rootKey, clock)
    const { gateways = 1 } = options
    const place = { gatewayId: newGatewayId(), epochs: newSharedEpochs(gateways), index: 0 }
    const shared = { ...surroundings, ...shareOf(gateways) }
    const survey = createThreadedSurvey(directory, root.secret)
    const digests = createThreadedDigests()
    const engines = { ...local, rootKey: root.rootKey, survey, largeDigests: digests }
    const data = await assemble(engines, shared, { gateway: place })
    let handed = 0
    const handOver = (): DataHandover => {
      handed += 1
      const gateway = { ...place, index: handed }
      return { local: local.handOver(), rootKey: root.secret, gateway, gateways }
    }
    return {
      ...data,
      root,
      directory: openedDirectory(directory, how, { local, root }),
      handOver,
      writeRefusals: local.writeRefusals,
      failed: digests.failed,
      async close() {
        await Promise.all([survey.rest(), digests.close()])
        await local.close()
      },
    }
  } catch (error) {
    await local.close()
    throw error
  }
}

/** The memory that requests of one gateway may hold, given the number of gateways. */
function shareOf(gateways: number): { readonly memory: MemoryBudget } {
  return { memory: createMemoryBudget(Math.floor(REQUEST_MEMORY_BYTES / gateways)) }
}

/**
 * The data of a directory that another thread of this process has open; it must be closed before that thread closes its
 * own.
 */
export async function joinDataDirectory(
  { local: handover, rootKey: secret, gateway, gateways }: DataHandover,
  surroundings: Surroundings & { readonly lastUses: LastUses; readonly damage: DamageNotes },
): Promise<OpenedData> {
  const local = await joinLocalStore(handover, surroundings)
  const rootKey = rootKeyFromSecret(secret)
  const shared = { ...surroundings, ...shareOf(gateways) }
  const digests = createThreadedDigests()
  const engines = { ...local, rootKey, largeDigests: digests }
  const data = await assemble(engines, shared, { gateway })
  const nothing = { root: undefined, directory: undefined, handOver: undefined }
  const close = async (): Promise<void> => {
    await digests.close()
    await local.close()
  }
  return { ...data, ...nothing, writeRefusals: local.writeRefusals, failed: digests.failed, close }
}

/**
 * Opens a data directory without changing anything in it. Throws what openDataDirectory throws. While a server runs it
 * refuses to open, unless `besideServer` is set.
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
      throw new StartRefused(
        `${directory} contains no data: its metadata.sqlite is empty; check the path, or restore a backup`,
      )
    }
    await checkRootKey(local.metadata, root.rootKey, surroundings.clock)
    const data = await assemble({ ...local, rootKey: root.rootKey }, surroundings)
    const opened = openedDirectory(directory, how, { local, root })
    const { writeRefusals, close } = local
    const nothing = { handOver: undefined, failed: NEVER }
    return { ...data, ...nothing, root, directory: opened, writeRefusals, close }
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

/** The blobs of a data directory, which can be set aside and restored without the root key. */
type OpenedBlobs = Pick<LocalStore, "blobs" | "close">

/** Opens the blobs of a stopped server's directory. Throws StartRefused, or DirectoryInUse. */
export async function openBlobs(
  directory: string,
  surroundings: Omit<Surroundings, "region">,
): Promise<OpenedBlobs> {
  return await openLocalStore(directory, { ...surroundings, mustExist: true })
}

/** The same for reading only, even while a server runs. */
export function openBlobsReadOnly(directory: string, log: Log): OpenedBlobs {
  return openLocalStoreReadOnly(directory, { log, besideServer: true })
}

/** What a process in memory keeps: opening it again acts as a restart. */
export interface MemoryEngines {
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  readonly rootKey: RootKey
}

/** Empty engines, with a root key that is stored nowhere else. */
export function createMemoryEngines(): MemoryEngines {
  const secret = randomSecret(32)
  const rootKey = rootKeyFromSecret(createSecretKey(secret))
  secret.fill(0)
  return { metadata: createMemoryMetadataStore(), blobs: createMemoryBlobStore(), rootKey }
}

/** The same in memory, sealed like on disk. */
export async function openMemory(
  surroundings: MemorySurroundings,
  engines: MemoryEngines = createMemoryEngines(),
): Promise<OpenedData> {
  const data = await assemble(engines, surroundings, { accountId: DEV_ACCOUNT_ID })
  const nothing = {
    root: undefined,
    directory: undefined,
    handOver: undefined,
    writeRefusals: () => [],
    failed: NEVER,
  }
  return { ...data, ...nothing, close: () => Promise.resolve() }
}

interface OwnThreads {
  readonly survey?: Survey
  readonly largeDigests?: LargeDigests
}

async function assemble(
  { metadata: store, blobs, rootKey, survey, largeDigests }: MemoryEngines & OwnThreads,
  { region, clock, log, memory, clockWitness, kms = "on", ...given }: MemorySurroundings,
  fixed: { readonly accountId?: string; readonly gateway?: GatewayPlace } = {},
): Promise<Pick<OpenedData, "accountId" | "metadata" | "store" | "keyService" | "lastUses">> {
  const { damage = createDamageNotes() } = given
  const onDamaged = (key: StoreKey): void => damage.note(`row ${Buffer.from(key).toString("hex")}`)
  const metadata = createSealedMetadataStore({ store, rootKey, clock, onDamaged })
  const accountId = fixed.accountId ?? (await loadAccountId(metadata, clock))
  const activation = await loadActivation({ store: metadata, clock }, kms)
  const lastUses = given.lastUses ?? (await loadLastUses({ store: metadata, clock, log }))
  const keyService = createKeyService({
    store: metadata,
    rootKey,
    clock,
    log,
    region,
    accountId,
    activation,
    clockWitness,
    lastUses,
  })
  const bucketDataKeys = createBucketDataKeys({ metadata, rootKey })
  const objectStore = createObjectStore({
    metadata,
    blobs,
    clock,
    log,
    memory,
    damage,
    largeDigests,
    gateway: fixed.gateway,
    bucketKeys: bucketDataKeys,
    dataKeys: { service: bucketDataKeys, kms: createKmsDataKeys(keyService) },
    survey: survey ?? createSurvey({ metadata, blobs, clock }),
  })
  return { accountId, metadata, store: objectStore, keyService, lastUses }
}

/**
 * How many bytes are free where a data directory is, or would be created. Throws StartRefused when it cannot be used.
 */
export function freeBytesFor(directory: string): number {
  const { bavail, bsize } = statfsSync(checkDirectory(directory))
  return bavail * bsize
}

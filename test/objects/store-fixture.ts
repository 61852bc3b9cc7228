import { createSecretKey } from "node:crypto"
import { pino } from "pino"
import { type FakeClock, fakeClock } from "../../src/base/clock.ts"
import { randomSecret } from "../../src/base/random.ts"
import type { Caller } from "../../src/identity/caller.ts"
import { ANONYMOUS, type Principal } from "../../src/identity/principal.ts"
import type { Job } from "../../src/keeper/job.ts"
import { createBudget, takeLease } from "../../src/keeper/keeper.ts"
import { createKmsDataKeys } from "../../src/keys/kms/kms-data-keys.ts"
import { createBucketDataKeys } from "../../src/keys/service-managed/bucket-data-keys.ts"
import { createKeyService, type KeyService } from "../../src/kms/key-service.ts"
import type { Incoming } from "../../src/objects/content-write.ts"
import { type Bucket, createBucket, loadBucket, setVersioning } from "../../src/objects/buckets.ts"
import { joinAppendsJob } from "../../src/objects/jobs/join-appends.ts"
import { createSurvey } from "../../src/objects/jobs/survey.ts"
import { sweepJob } from "../../src/objects/jobs/sweep.ts"
import { type BucketName, parseBucketName, parseObjectKey } from "../../src/objects/names.ts"
import { createObjectStore, type ObjectStore } from "../../src/objects/object-store.ts"
import { chunksOf, openObject } from "../../src/objects/read.ts"
import type { EncryptionChoice, ObjectVersion, Versioning } from "../../src/objects/rows/records.ts"
import { CURRENT, type VersionSelector } from "../../src/objects/rows/version-rows.ts"
import type { Target } from "../../src/objects/target.ts"
import type { NewAppend } from "../../src/objects/append.ts"
import { type NewObject, putObject } from "../../src/objects/write.ts"
import { type RootKey, rootKeyFromSecret } from "../../src/sealing/root-key.ts"
import type { BlobStore } from "../../src/storage/blob-store.ts"
import { newCommit } from "../../src/storage/commit.ts"
import { createMemoryBlobStore } from "../../src/storage/memory/blob-store.ts"
import { createMemoryMetadataStore } from "../../src/storage/memory/metadata-store.ts"
import type { Commit, MetadataStore, StoreKey } from "../../src/storage/metadata-store.ts"
import { createSealedMetadataStore } from "../../src/storage/sealed-metadata-store.ts"
import { SCOPE, START_MS } from "../kms/key-service-fixture.ts"

/** An object store in memory: sealed like on disk, with a real key service, on a clock that does not advance. */
export interface StoreFixture {
  readonly store: ObjectStore
  readonly keyService: KeyService
  /** The rows as the engine has them: every value sealed. */
  readonly plain: MetadataStore
  readonly blobs: BlobStore
  readonly clock: FakeClock
  readonly rootKey: RootKey
}

export function openStore(): StoreFixture {
  const plain = createMemoryMetadataStore()
  const blobs = createMemoryBlobStore()
  const clock = fakeClock(START_MS)
  const rootKey = rootKeyFromSecret(createSecretKey(randomSecret(32)))
  return { ...assemble({ plain, blobs, clock, rootKey }), plain, blobs, clock, rootKey }
}

function assemble(
  { plain, blobs, clock, rootKey }: Omit<StoreFixture, "store" | "keyService">,
  around: (metadata: MetadataStore) => MetadataStore = (metadata) => metadata,
): Pick<StoreFixture, "store" | "keyService"> {
  const metadata = createSealedMetadataStore({ store: plain, rootKey, clock })
  const log = pino({ level: "silent" })
  const keyService = createKeyService({ store: metadata, rootKey, clock, log, ...SCOPE })
  const bucketDataKeys = createBucketDataKeys({ metadata, rootKey })
  const seen = around(metadata)
  const store = createObjectStore({
    metadata: seen,
    survey: createSurvey({ metadata: seen, blobs, clock }),
    blobs,
    clock,
    log,
    bucketKeys: bucketDataKeys,
    dataKeys: { service: bucketDataKeys, kms: createKmsDataKeys(keyService) },
  })
  return { store, keyService }
}

/** Another gateway over the same rows and blobs; `around` wraps its view of the rows. */
export function anotherStore(
  fixture: StoreFixture,
  around?: (metadata: MetadataStore) => MetadataStore,
): ObjectStore {
  return assemble(fixture, around).store
}

/** Another key service over the same rows; `around` wraps its view of them. */
export function anotherKeyService(
  { plain, clock, rootKey }: StoreFixture,
  around: (metadata: MetadataStore) => MetadataStore,
): KeyService {
  const store = around(createSealedMetadataStore({ store: plain, rootKey, clock }))
  return createKeyService({ store, rootKey, clock, log: pino({ level: "silent" }), ...SCOPE })
}

/** Another gateway, which `intrude` overtakes between its reads and its `nth` commit. */
export function overtaken(
  fixture: StoreFixture,
  intrude: (commit: Commit) => Promise<unknown>,
  nth = 1,
): ObjectStore {
  return anotherStore(fixture, overtakingCommit(intrude, nth))
}

/** The same for what sees rows through the result. */
export function overtakingCommit(
  intrude: (commit: Commit) => Promise<unknown>,
  nth: number,
): (metadata: MetadataStore) => MetadataStore {
  let commits = 0
  return (metadata) => ({
    ...metadata,
    commit: async (commit) => {
      commits += 1
      if (commits === nth) await intrude(commit)
      return await metadata.commit(commit)
    },
  })
}

/** Another gateway, which `intrude` overtakes just before its `nth` read. */
export function overtakenReading(
  fixture: StoreFixture,
  intrude: () => Promise<unknown>,
  nth: number,
): ObjectStore {
  return anotherStore(fixture, overtakingRead(intrude, nth))
}

/** The same for what sees rows through the result. */
export function overtakingRead(
  intrude: () => Promise<unknown>,
  nth: number,
): (metadata: MetadataStore) => MetadataStore {
  let reads = 0
  const overtake = async (): Promise<void> => {
    reads += 1
    if (reads === nth) await intrude()
  }
  return (metadata) => ({
    ...metadata,
    get: async (rowKeys) => {
      await overtake()
      return await metadata.get(rowKeys)
    },
    scan: async (scan) => {
      await overtake()
      return await metadata.scan(scan)
    },
  })
}

/** Waits until everything that waits to be freed is freed, and the sweep has run from start to end. */
export async function sweep(store: ObjectStore): Promise<Readonly<Record<string, number>>> {
  await store.reclaimer.drained()
  return await runToEnd(store, sweepJob(store))
}

/** Runs the job from start to end; returns how many pieces it joined. */
export async function joinAppends(store: ObjectStore): Promise<number> {
  const { piecesJoined = 0 } = await runToEnd(store, joinAppendsJob(store))
  await store.reclaimer.drained()
  return piecesJoined
}

async function runToEnd(store: ObjectStore, job: Job): Promise<Readonly<Record<string, number>>> {
  const lease = await takeLease(store)
  const sums: Record<string, number> = {}
  let cursor: string | undefined
  do {
    const budget = createBudget(lease, new AbortController().signal)
    const run = await job.run(cursor, budget)
    for (const [name, count] of Object.entries(run.did)) sums[name] = (sums[name] ?? 0) + count
    cursor = run.cursor
  } while (cursor !== undefined)
  return sums
}

/** Replaces a row by bytes that do not open. */
export async function damageRow({ plain, clock }: StoreFixture, key: StoreKey): Promise<void> {
  const value = Buffer.alloc(60, "damaged")
  await plain.commit(newCommit(clock, { guards: [], writes: [{ key, value, expect: "any" }] }))
}

/** Removes a row as if it had never existed. */
export async function loseRow({ plain, clock }: StoreFixture, key: StoreKey): Promise<void> {
  await plain.commit(
    newCommit(clock, { guards: [], writes: [{ key, value: null, expect: "any" }] }),
  )
}

function callerOf(principal: Principal): Caller {
  return { principal, sourceAddress: "192.0.2.1", isSecure: true, atMs: START_MS }
}

export const OWNER: Caller = callerOf({ kind: "account", accountId: SCOPE.accountId })
export const STRANGER: Caller = callerOf(ANONYMOUS)

export const ATTRIBUTES = { headers: {}, acl: "default", storageClass: "Standard" } as const

export const BUCKET: BucketName = parseBucketName("races")

/** Creates the bucket of the test, open to everyone, and sets how it keeps versions. */
export async function openBucket(store: ObjectStore, versioning: Versioning): Promise<Bucket> {
  await createBucket(store, {
    name: BUCKET,
    ownerId: SCOPE.accountId,
    acl: "public-read-write",
    storageClass: "Standard",
    dataRedundancyType: "LRS",
  })
  if (versioning !== "never") {
    await setVersioning(store, await loadBucket(store, BUCKET), versioning)
  }
  return await loadBucket(store, BUCKET)
}

/** An object of the test's bucket in its current state. */
export async function targetOf(
  store: ObjectStore,
  objectKey: string,
  caller: Caller = OWNER,
): Promise<Target> {
  return {
    caller,
    bucket: await loadBucket(store, BUCKET),
    objectKey: parseObjectKey(objectKey),
  }
}

export function incomingOf(bytes: Uint8Array): Incoming {
  return { chunks: streamOf(bytes), bytesMax: 5 * 1024 ** 3 }
}

// eslint-disable-next-line @typescript-eslint/require-await -- bytes come asynchronously, these at once
async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

export async function put(
  store: ObjectStore,
  target: Target,
  bytes: Uint8Array,
  options: Partial<Pick<NewObject, "encryption" | "forbidOverwrite" | "attributes">> = {},
): Promise<ObjectVersion> {
  const encryption: EncryptionChoice | undefined = options.encryption
  return await putObject(store, target, {
    attributes: ATTRIBUTES,
    forbidOverwrite: false,
    ...options,
    encryption,
    incoming: incomingOf(bytes),
  })
}

/** All bytes of a version. */
export async function readBytes(
  store: ObjectStore,
  target: Target,
  selector: VersionSelector = CURRENT,
): Promise<Buffer> {
  const { body } = await openObject(store, target, selector, () => undefined)
  const chunks: Buffer[] = []
  for await (const chunk of chunksOf(body)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

export function appendOf(position: number, text: string): NewAppend {
  const incoming = incomingOf(Buffer.from(text))
  return { position, attributes: ATTRIBUTES, encryption: undefined, incoming }
}

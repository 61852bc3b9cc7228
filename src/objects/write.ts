import type { Displaced, Guard, Write } from "../storage/metadata-store.ts"
import { reloadBucket, type Bucket } from "./buckets.ts"
import { commitProposal } from "./commit-attempts.ts"
import { commitContent, writeContent, type Incoming } from "./content-write.ts"
import { checkDataKey, newEncryption, type RequestedEncryption } from "./encryption.ts"
import { currentRow } from "./keyspace.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodeObject, encodeObject, type ObjectAttributes, type ObjectRecord } from "./records.ts"
import { RuleBroken } from "./rule-broken.ts"

export interface NewObject {
  readonly attributes: ObjectAttributes
  readonly encryption: RequestedEncryption
  /** Refuse with FileAlreadyExists when the name is taken. */
  readonly forbidOverwrite: boolean
  readonly incoming: Incoming
}

/** Upper-case hexadecimal, as every ETag of the service is. */
export function etagOfMd5(md5: Buffer): string {
  return md5.toString("hex").toUpperCase()
}

/**
 * Stores an object: sealed bytes first, then one commit that makes it true. Reads nothing before, so the last of two
 * writers wins. Resolves when it is durable; throws RuleBroken and leaves the old object as it was.
 */
export async function putObject(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  input: NewObject,
): Promise<ObjectRecord> {
  if (input.forbidOverwrite) await checkAbsent(store, bucket, objectKey)
  const encryption = await newEncryption(store, bucket, objectKey, input.encryption)
  const owner = { bucketInstanceId: bucket.record.instanceId, objectKey }
  const written = await writeContent(store, owner, encryption.dataKey, input.incoming)
  return await commitContent(written, async () => {
    const record: ObjectRecord = {
      ...input.attributes,
      type: "Normal",
      sizeBytes: written.digests.sizeBytes,
      etag: etagOfMd5(written.digests.md5),
      crc64: written.digests.crc64.toString(),
      lastModifiedMs: store.clock.nowMs(),
      encryption: encryption.descriptor,
      content: written.content,
    }
    await commitObject(store, bucket, objectKey, record, {
      forbidOverwrite: input.forbidOverwrite,
      keyGuards: encryption.guards,
      writes: () => [written.blobWrite],
    })
    return record
  })
}

/** Throws FileAlreadyExists when the bucket has an object of that name. */
export async function checkAbsent(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
): Promise<void> {
  const [row] = await store.metadata.get([currentRow(bucket.record.instanceId, objectKey)])
  if (row !== undefined) throw new RuleBroken("FileAlreadyExists", { ObjectName: objectKey })
}

export interface ObjectCommit {
  readonly forbidOverwrite: boolean
  /** Guards of the key as it was read first; read again after a conflict. */
  readonly keyGuards: readonly Guard[] | undefined
  /** What the commit writes beside the object's row; asked before every attempt, and may throw RuleBroken. */
  readonly writes: (attempt: number) => readonly Write[] | Promise<readonly Write[]>
}

/**
 * Makes `record` the current version, guarded by its bucket and its key, so that a bucket deleted or a CMK disabled
 * meanwhile stops it. Frees what it replaced.
 */
export async function commitObject(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  record: ObjectRecord,
  { forbidOverwrite, keyGuards, writes }: ObjectCommit,
): Promise<void> {
  const objectWrite: Write = {
    key: currentRow(bucket.record.instanceId, objectKey),
    value: encodeObject(record),
    expect: forbidOverwrite ? "absent" : "any",
  }
  const { displaced } = await commitProposal(store, async (attempt) => {
    const first = attempt === 0
    const current = first ? bucket : await reloadBucket(store, bucket)
    if (!first && forbidOverwrite) await checkAbsent(store, bucket, objectKey)
    return {
      guards: [
        current.guard,
        ...(first && keyGuards !== undefined
          ? keyGuards
          : await checkDataKey(store, current, record.encryption)),
      ],
      writes: [objectWrite, ...(await writes(attempt))],
    }
  })
  freeDisplaced(store, displaced)
}

/** Frees what replaced object rows named. A commit that could not tell leaves it to the sweeper. */
export function freeDisplaced(
  store: ObjectStore,
  displaced: readonly Displaced[] | "unknown",
): void {
  if (displaced === "unknown") return
  for (const each of displaced) {
    if ("value" in each) store.reclaimer.free(decodeObject(each.value).content)
  }
}

/** Replaces attributes of an object that is there; its bytes and encryption stay. Throws NoSuchKey. */
export async function changeObject(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  change: (record: ObjectRecord) => ObjectRecord,
): Promise<void> {
  const key = currentRow(bucket.record.instanceId, objectKey)
  await commitProposal(store, async () => {
    const [row] = await store.metadata.get([key])
    if (row === undefined) throw noSuchKey(objectKey)
    const value = encodeObject(change(decodeObject(row.value)))
    return { guards: [], writes: [{ key, value, expect: row.version }] }
  })
}

export function noSuchKey(objectKey: ObjectKey): RuleBroken {
  return new RuleBroken("NoSuchKey", { Key: objectKey })
}

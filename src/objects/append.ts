import { createHash } from "node:crypto"
import { randomBytes } from "../base/random.ts"
import type { Write } from "../storage/metadata-store.ts"
import { reloadBucket } from "./buckets.ts"
import { commitContent, type Incoming, writeContent, type WrittenContent } from "./content-write.ts"
import { combineCrc64 } from "./crc64.ts"
import { checkDataKey, newEncryption, type NewEncryption, unwrapDataKey } from "./encryption.ts"
import type { ObjectStore } from "./object-store.ts"
import { replaceCurrent } from "./replace.ts"
import { checkBucketRight, checkObjectRight } from "./rights.ts"
import { contentWrite, pageWrites } from "./rows/pieces.ts"
import type {
  EncryptionChoice,
  ObjectAcl,
  ObjectAttributes,
  ObjectVersion,
  VersionIdentity,
} from "./rows/records.ts"
import { changeWrite, CURRENT, findVersion, type FoundVersion } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import { commitChange } from "./store-refusal.ts"
import type { Target } from "./target.ts"
import { blobWrite, etagOfMd5 } from "./write.ts"

export interface NewAppend {
  /** Where the new bytes begin: the current size of the object. */
  readonly position: number
  /** Applies to the append that creates the object. From later appends, only a named ACL counts. */
  readonly attributes: ObjectAttributes
  /** The object's ACL from this append on. Defaults to its present ACL. */
  readonly acl?: ObjectAcl | undefined
  readonly encryption: EncryptionChoice | undefined
  readonly incoming: Incoming
}

/** The largest appendable object. Source: the service's page of AppendObject. */
const APPENDED_BYTES_MAX = 5 * 1024 ** 3

/** The append names a position other than the object's size. `position` is where the next append must begin. */
export class PositionMissed extends RuleBroken {
  readonly position: number
  constructor(position: number) {
    super("PositionMissed")
    this.position = position
  }
}

/** The existing object; undefined when this append creates it. */
interface Appendable extends FoundVersion {
  readonly record: ObjectVersion
}

/**
 * Adds bytes at the end of an appendable object, or creates it at position 0. Each append is its own blob under the
 * object's data key. The creating append decides about encryption. Of several appends at one position one wins, and the
 * others throw PositionMissed. Throws NotAppendable for an object of another type, and RuleBroken.
 */
export async function appendObject(
  store: ObjectStore,
  target: Target,
  input: NewAppend,
): Promise<ObjectVersion> {
  const found = await findAppendable(store, target, input.position)
  if (found === undefined) return await createAppendable(store, target, input)
  const { instanceId: bucketInstanceId } = target.bucket.record
  const { encryption } = found.record
  const dataKey = await unwrapDataKey(store, target, encryption)
  const sealing = { kind: "piece", bucketInstanceId, dataKey, suite: encryption.suite } as const
  const written = await writeContent(store, sealing, input.incoming)
  const changed = { opened: found.record, acl: input.acl }
  return await commitContent(written, () => commitAppend(store, target, changed, written))
}

async function findAppendable(
  store: ObjectStore,
  { bucket, objectKey }: Pick<Target, "bucket" | "objectKey">,
  position: number,
): Promise<Appendable | undefined> {
  const found = await findVersion(store, bucket, objectKey, CURRENT)
  if (found === undefined || found.record.kind === "marker") {
    if (position !== 0) throw new PositionMissed(0)
    return undefined
  }
  const { record } = found
  if (record.etag.kind !== "appended") throw new RuleBroken("NotAppendable")
  if (record.sizeBytes !== position) throw new PositionMissed(record.sizeBytes)
  return { ...found, record }
}

async function createAppendable(
  store: ObjectStore,
  target: Target,
  input: NewAppend,
): Promise<ObjectVersion> {
  const encryption = await newEncryption(store, target, input.encryption)
  const { dataKey, descriptor } = encryption
  const { instanceId: bucketInstanceId } = target.bucket.record
  const sealing = { kind: "piece", bucketInstanceId, dataKey, suite: descriptor.suite } as const
  const written = await writeContent(store, sealing, input.incoming)
  return await commitContent(written, () =>
    commitCreation(store, target, input, encryption, written),
  )
}

async function commitCreation(
  store: ObjectStore,
  target: Target,
  { attributes }: NewAppend,
  { descriptor, guards }: NewEncryption,
  written: WrittenContent,
): Promise<ObjectVersion> {
  const contentId = randomBytes(16).toString("hex")
  const { digests } = written
  const lastModifiedMs = store.clock.nowMs()
  const make = (identity: VersionIdentity): ObjectVersion => ({
    kind: "object",
    ...identity,
    ...attributes,
    sizeBytes: digests.sizeBytes,
    etag: { kind: "appended", text: etagOfMd5(digests.md5) },
    crc64: digests.crc64.toString(),
    lastModifiedMs,
    encryption: descriptor,
    content: { kind: "pieces", contentId },
  })
  return await replaceCurrent(store, target, {
    refuseTaken: (taken) => {
      if (taken === undefined) return undefined
      return taken.etag.kind === "appended"
        ? new PositionMissed(taken.sizeBytes)
        : new RuleBroken("NotAppendable")
    },
    make: (identity) => ({
      record: make(identity),
      inline: undefined,
      writes: [
        contentWrite(contentId, {
          bucketInstanceId: target.bucket.record.instanceId,
          objectKey: target.objectKey,
          versionId: identity.versionId,
        }),
        ...pieceWrites(contentId, 0, written),
      ],
    }),
    beside: async ({ isFirst }, bucket) => ({
      guards: isFirst ? guards : await checkDataKey(store, { ...target, bucket }, descriptor),
      writes: [],
    }),
  })
}

/** An append without bytes adds no piece. */
function pieceWrites(contentId: string, offset: number, written: WrittenContent): Write[] {
  const { blobId, inline, digests } = written
  const { sizeBytes } = digests
  const owner = { kind: "content", contentId } as const
  if (sizeBytes === 0) return []
  const piece = { blobId, sizeBytes, isInline: inline !== undefined }
  return [...pageWrites(contentId, offset, [piece]), blobWrite(written, owner)]
}

async function commitAppend(
  store: ObjectStore,
  target: Target,
  { opened, acl }: { readonly opened: ObjectVersion; readonly acl: ObjectAcl | undefined },
  written: WrittenContent,
): Promise<ObjectVersion> {
  const position = opened.sizeBytes
  const { sizeBytes, md5, crc64 } = written.digests
  if (position + sizeBytes > APPENDED_BYTES_MAX) throw new RuleBroken("TooLarge")
  const { result } = await commitChange(store, async ({ isFirst }) => {
    const bucket = isFirst ? target.bucket : await reloadBucket(store, target.bucket)
    const found = await findAppendable(store, { ...target, bucket }, position)
    // The object was deleted in the meantime, and possibly created again. The new bytes are sealed under the old object's data
    // key.
    const isSame = found?.record.encryption.dataKeyId === opened.encryption.dataKeyId
    if (!isSame) throw new PositionMissed(0)
    const { record } = found
    const { content } = record
    if (content.kind !== "pieces") throw new RuleBroken("NotAppendable")
    checkObjectRight(target.caller, bucket, record, "write")
    // A caller who may append may not publish what others wrote.
    if (acl !== undefined && acl !== record.acl) checkBucketRight(target.caller, bucket, "own")
    const pieces = [
      { crc64: BigInt(record.crc64), sizeBytes: position },
      { crc64, sizeBytes },
    ]
    const appended: ObjectVersion = {
      ...record,
      acl: acl ?? record.acl,
      sizeBytes: position + sizeBytes,
      etag: { kind: "appended", text: appendedEtag(record.etag.text, md5) },
      crc64: combineCrc64(pieces).toString(),
      lastModifiedMs: store.clock.nowMs(),
    }
    const guards = await checkDataKey(store, { ...target, bucket }, record.encryption)
    return {
      guards: [bucket.guard, ...guards],
      writes: [
        changeWrite(bucket, found, appended),
        ...pieceWrites(content.contentId, position, written),
      ],
      result: appended,
    }
  })
  return result
}

/** Changes with every append. Clients do not treat it as a digest. */
function appendedEtag(before: string, md5: Buffer): string {
  return createHash("md5").update(before).update(md5).digest("hex").toUpperCase()
}

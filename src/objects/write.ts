import type { Write } from "../storage/metadata-store.ts"
import { commitContent, type Incoming, writeContent, type WrittenContent } from "./content-write.ts"
import { checkDataKey, newEncryption } from "./encryption.ts"
import type { ObjectStore } from "./object-store.ts"
import { type RefuseTaken, replaceCurrent } from "./replace.ts"
import { encodeBlob } from "./rows/codecs.ts"
import { blobRow } from "./rows/keyspace.ts"
import type {
  BlobOwner,
  EncryptionChoice,
  ObjectAcl,
  ObjectAttributes,
  ObjectVersion,
} from "./rows/records.ts"
import { CURRENT, findVersion } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import type { Target } from "./target.ts"

export interface NewObject {
  readonly attributes: ObjectAttributes
  /** undefined: the bucket's default. */
  readonly encryption: EncryptionChoice | undefined
  /** Refuse with ObjectExists when the name is taken. */
  readonly forbidOverwrite: boolean
  /** The ACL of the replaced object, which the new one keeps. Throws Unavailable if it has changed since it was read. */
  readonly keptAcl?: ObjectAcl
  /** The version to replace. Throws ConditionFailed unless it is still the newest one and has the same ACL. */
  readonly replaced?: ObjectVersion
  readonly incoming: Incoming
}

/** Upper-case hexadecimal, like every ETag of the service. */
export function etagOfMd5(md5: Buffer): string {
  return md5.toString("hex").toUpperCase()
}

/**
 * Stores an object: sealed bytes first, then one commit that makes it visible. The last of two writers wins. Resolves
 * when durable. Throws RuleBroken; then nothing was changed.
 */
export async function putObject(
  store: ObjectStore,
  target: Target,
  input: NewObject,
): Promise<ObjectVersion> {
  const { bucket } = target
  if (input.forbidOverwrite) await checkAbsent(store, target)
  const { dataKey, descriptor, guards } = await newEncryption(store, target, input.encryption)
  const { instanceId: bucketInstanceId } = bucket.record
  const sealing = { kind: "object", bucketInstanceId, dataKey, suite: descriptor.suite } as const
  const written = await writeContent(store, sealing, input.incoming)
  const { blobId, inline, digests } = written
  const lastModifiedMs = store.clock.nowMs()
  return await commitContent(written, () =>
    replaceCurrent(store, target, {
      refuseTaken: refusalOf(target, input),
      make: (identity) => ({
        record: {
          kind: "object",
          ...identity,
          ...input.attributes,
          sizeBytes: digests.sizeBytes,
          etag: { kind: "md5", text: etagOfMd5(digests.md5) },
          crc64: digests.crc64.toString(),
          lastModifiedMs,
          encryption: descriptor,
          content: { kind: inline === undefined ? "blob" : "inline", blobId },
        },
        inline,
        writes:
          inline === undefined
            ? [
                blobWrite(written, {
                  kind: "version",
                  bucketInstanceId,
                  objectKey: target.objectKey,
                  versionId: identity.versionId,
                }),
              ]
            : [],
      }),
      beside: async ({ isFirst }, current) => ({
        guards: isFirst
          ? guards
          : await checkDataKey(store, { ...target, bucket: current }, descriptor),
        writes: [],
      }),
    }),
  )
}

/** The record of a new blob, with its bytes when they are inline. */
export function blobWrite({ blobId, inline }: WrittenContent, owner: BlobOwner): Write {
  return { key: blobRow(blobId), value: encodeBlob(owner, inline), expect: "absent" }
}

function refusalOf(
  target: Target,
  { forbidOverwrite, keptAcl, replaced }: NewObject,
): RefuseTaken | undefined {
  const refuse = refuseOverwrite(target, forbidOverwrite)
  if (replaced !== undefined) {
    return (taken) => (isSame(taken, replaced) ? undefined : new RuleBroken("ConditionFailed"))
  }
  if (keptAcl === undefined) return refuse
  return (taken, versioning) =>
    taken === undefined || taken.acl === keptAcl
      ? refuse?.(taken, versioning)
      : new RuleBroken("Unavailable", {}, "Another request has changed this object's ACL.")
}

/** Whether `taken` is the version that was read: nothing was written since, and its ACL is unchanged. */
function isSame(taken: ObjectVersion | undefined, read: ObjectVersion): boolean {
  return (
    taken?.order === read.order &&
    taken.etag.text === read.etag.text &&
    taken.encryption.dataKeyId === read.encryption.dataKeyId &&
    taken.acl === read.acl
  )
}

/** Has no effect where versions are kept, as in the service: nothing is lost there. */
export function refuseOverwrite(
  { objectKey }: Pick<Target, "objectKey">,
  isForbidden: boolean,
): RefuseTaken | undefined {
  if (!isForbidden) return undefined
  return (taken, versioning) =>
    taken !== undefined && versioning === "never"
      ? new RuleBroken("ObjectExists", { objectKey })
      : undefined
}

/**
 * Throws ObjectExists when the bucket keeps no versions and has an object of that name. Checked before the body is
 * read; the commit checks again.
 */
export async function checkAbsent(
  store: ObjectStore,
  { bucket, objectKey }: Target,
): Promise<void> {
  if (bucket.record.versioning !== "never") return
  const found = await findVersion(store, bucket, objectKey, CURRENT)
  if (found !== undefined) throw new RuleBroken("ObjectExists", { objectKey })
}

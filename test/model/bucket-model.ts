// A bucket as a plain value, and what each operation does to it according to the OSS rules. Written from the service's
// documentation, without using anything from src/.
import { crc64Of, md5Of } from "./contents.ts"

export type Acl = "default" | "private" | "public-read" | "public-read-write"

/** "": the account's default CMK, whose id only the server knows. */
export const DEFAULT_CMK = ""

export type Encryption =
  | { readonly method: "none" }
  | { readonly method: "AES256" }
  | { readonly method: "KMS"; readonly cmkId: string }

export interface Attributes {
  readonly contentType: string
  readonly metadata: ReadonlyMap<string, string>
  readonly acl: Acl
}

export interface ObjectVersion extends Attributes {
  readonly kind: "object"
  readonly versionId: string
  readonly type: "Normal" | "Multipart" | "Appendable"
  readonly bytes: Buffer
  readonly etag: string
  readonly crc64: string
  readonly encryption: Encryption
}

export interface DeleteMarker {
  readonly kind: "marker"
  readonly versionId: string
}

export type Version = ObjectVersion | DeleteMarker

export interface Part {
  readonly bytes: Buffer
  readonly etag: string
}

export interface Upload extends Attributes {
  readonly objectKey: string
  readonly encryption: Encryption
  readonly parts: ReadonlyMap<number, Part>
}

export interface BucketModel {
  readonly versioning: "never" | "enabled" | "suspended"
  readonly acl: Exclude<Acl, "default">
  readonly defaultEncryption: Encryption | undefined
  /** For each name the versions, newest first; never an empty list. */
  readonly versions: ReadonlyMap<string, readonly Version[]>
  /** By upload id. */
  readonly uploads: ReadonlyMap<string, Upload>
}

/** The version id of what is written while versioning is not enabled. */
export const NULL_VERSION = "null"

export const EMPTY_BUCKET: BucketModel = {
  versioning: "never",
  acl: "private",
  defaultEncryption: undefined,
  versions: new Map(),
  uploads: new Map(),
}

export function versionsOf(bucket: BucketModel, objectKey: string): readonly Version[] {
  return bucket.versions.get(objectKey) ?? []
}

/** The newest version when it is an object: what a request without a version id reads. */
export function currentOf(bucket: BucketModel, objectKey: string): ObjectVersion | undefined {
  const [newest] = versionsOf(bucket, objectKey)
  return newest?.kind === "object" ? newest : undefined
}

export function versionOf(
  bucket: BucketModel,
  objectKey: string,
  versionId: string,
): Version | undefined {
  return versionsOf(bucket, objectKey).find((version) => version.versionId === versionId)
}

function withVersions(
  bucket: BucketModel,
  objectKey: string,
  versions: readonly Version[],
): BucketModel {
  const changed = new Map(bucket.versions)
  if (versions.length === 0) changed.delete(objectKey)
  else changed.set(objectKey, versions)
  return { ...bucket, versions: changed }
}

/** Adds a version on top: next to the others while versioning is enabled, otherwise in place of the null version. */
function addVersion(bucket: BucketModel, objectKey: string, version: Version): BucketModel {
  const older = versionsOf(bucket, objectKey)
  const kept =
    bucket.versioning === "enabled"
      ? older
      : older.filter(({ versionId }) => versionId !== NULL_VERSION)
  return withVersions(bucket, objectKey, [version, ...kept])
}

export interface NewObject extends Attributes {
  readonly bytes: Buffer
  readonly encryption: Encryption
}

/** PutObject and CopyObject. `versionId` is the server's choice while versioning is enabled, else NULL_VERSION. */
export function put(
  bucket: BucketModel,
  objectKey: string,
  { bytes, ...input }: NewObject,
  versionId: string = NULL_VERSION,
): BucketModel {
  const digests = { bytes, etag: md5Of(bytes), crc64: crc64Of(bytes) }
  return addVersion(bucket, objectKey, {
    kind: "object",
    versionId,
    type: "Normal",
    ...input,
    ...digests,
  })
}

/** Why AppendObject is refused, or undefined. */
export function appendRefusal(
  bucket: BucketModel,
  objectKey: string,
  position: number,
): "ObjectNotAppendable" | "PositionNotEqualToLength" | undefined {
  const current = currentOf(bucket, objectKey)
  if (current !== undefined && current.type !== "Appendable") return "ObjectNotAppendable"
  return position === (current?.bytes.length ?? 0) ? undefined : "PositionNotEqualToLength"
}

/** The answer to AppendObject, and the ACL that its request named. */
interface Appended {
  readonly etag: string
  readonly versionId: string
  readonly namedAcl: Acl | undefined
}

/**
 * AppendObject at the right position. The first append creates the object with its attributes. A later one adds bytes without a
 * new version, and sets the ACL if it names one. The server chooses `etag` and the version id of the first append, because the
 * service's own are not documented.
 */
export function append(
  bucket: BucketModel,
  objectKey: string,
  { bytes, ...input }: NewObject,
  { etag, versionId, namedAcl }: Appended,
): BucketModel {
  const current = currentOf(bucket, objectKey)
  if (current === undefined) {
    const made = { kind: "object", versionId, type: "Appendable" } as const
    return addVersion(bucket, objectKey, { ...made, ...input, bytes, etag, crc64: crc64Of(bytes) })
  }
  const whole = Buffer.concat([current.bytes, bytes])
  const [, ...older] = versionsOf(bucket, objectKey)
  const acl = namedAcl ?? current.acl
  const grown = { ...current, acl, bytes: whole, etag, crc64: crc64Of(whole) }
  return withVersions(bucket, objectKey, [grown, ...older])
}

/** DeleteObject without a version id. `versionId` is that of the delete marker, if one is created. */
export function remove(
  bucket: BucketModel,
  objectKey: string,
  versionId: string = NULL_VERSION,
): BucketModel {
  if (bucket.versioning === "never") return withVersions(bucket, objectKey, [])
  return addVersion(bucket, objectKey, { kind: "marker", versionId })
}

/** DeleteObject of one version, which is deleted permanently. */
export function removeVersion(
  bucket: BucketModel,
  objectKey: string,
  versionId: string,
): BucketModel {
  const kept = versionsOf(bucket, objectKey).filter((version) => version.versionId !== versionId)
  return withVersions(bucket, objectKey, kept)
}

/** Never back to "never". */
export function setVersioning(
  bucket: BucketModel,
  versioning: "enabled" | "suspended",
): BucketModel {
  return { ...bucket, versioning }
}

/** PutObjectAcl of the current version. */
export function setObjectAcl(bucket: BucketModel, objectKey: string, acl: Acl): BucketModel {
  const [current, ...older] = versionsOf(bucket, objectKey)
  if (current?.kind !== "object") return bucket
  return withVersions(bucket, objectKey, [{ ...current, acl }, ...older])
}

/** Whether a stranger may read an object, according to its ACLs. */
export function isPublic(bucket: BucketModel, { acl }: Pick<Attributes, "acl">): boolean {
  const counting = acl === "default" ? bucket.acl : acl
  return counting !== "private"
}

/** Adds an object made from an upload's parts. */
export function addMultipart(
  bucket: BucketModel,
  { objectKey, ...upload }: Upload,
  made: Pick<ObjectVersion, "bytes" | "etag">,
  versionId: string = NULL_VERSION,
): BucketModel {
  const { contentType, metadata, acl, encryption } = upload
  return addVersion(bucket, objectKey, {
    kind: "object",
    versionId,
    type: "Multipart",
    contentType,
    metadata,
    acl,
    encryption,
    ...made,
    crc64: crc64Of(made.bytes),
  })
}

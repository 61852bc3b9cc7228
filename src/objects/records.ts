import { asBuffer, uint32, utf8 } from "../base/bytes.ts"
import type { WrappedDataKey } from "../keys/data-keys.ts"
import type { BlobId } from "../storage/blob-store.ts"

/** The version of every record below. Readers keep every version ever released; the writer emits this one. */
const RECORD_VERSION = 1

export type BucketAcl = "private" | "public-read" | "public-read-write"
export type ObjectAcl = "default" | BucketAcl

/** What a request without the encryption header gets in this bucket. */
export type DefaultEncryption =
  { readonly algorithm: "AES256" } | { readonly algorithm: "KMS"; readonly cmkId?: string }

export interface BucketRecord {
  readonly instanceId: Buffer
  readonly ownerId: string
  readonly createdMs: number
  readonly acl: BucketAcl
  readonly storageClass: string
  readonly dataRedundancyType: string
  readonly defaultEncryption?: DefaultEncryption
  /** Set while DeleteBucket looks whether anything is left; every write that guards the row trips over the change. */
  readonly deleting?: true
}

/** What the API reports about an object's encryption. Its bytes are sealed whatever this says. */
export type EncryptionMethod = "none" | "AES256" | "KMS"

/** Replaced whole when an object's data key is rewrapped; nothing else about the object changes then. */
export interface EncryptionDescriptor {
  readonly method: EncryptionMethod
  readonly dataKeyId: string
  readonly wrappedKey: WrappedDataKey
}

/** Where an object's bytes are: in the blob's row, in a blob of the blob store, or in the parts that a manifest lists. */
export type Content =
  | { readonly kind: "inline"; readonly blobId: BlobId }
  | { readonly kind: "blob"; readonly blobId: BlobId }
  | { readonly kind: "parts"; readonly uploadId: string; readonly partCount: number }

/** The headers that a client stores with an object, name in lower case, and its x-oss-meta-* headers likewise. */
export type StoredHeaders = Readonly<Record<string, string>>

export interface ObjectAttributes {
  readonly headers: StoredHeaders
  readonly acl: ObjectAcl
  readonly storageClass: string
}

export interface ObjectRecord extends ObjectAttributes {
  readonly type: "Normal" | "Multipart"
  readonly sizeBytes: number
  /** Without quotes, upper case. */
  readonly etag: string
  /** Of the plaintext, unsigned decimal. */
  readonly crc64: string
  readonly lastModifiedMs: number
  readonly encryption: EncryptionDescriptor
  readonly content: Content
}

export interface UploadRecord extends ObjectAttributes {
  readonly initiatedMs: number
  readonly encryption: EncryptionDescriptor
  /** Set while Complete gathers the parts; a part that arrives now trips over the change. */
  readonly completing?: true
}

export interface PartRecord {
  readonly partNumber: number
  readonly sizeBytes: number
  readonly etag: string
  readonly crc64: string
  readonly lastModifiedMs: number
  readonly content: Exclude<Content, { kind: "parts" }>
}

/** Who may name a blob; the sweeper frees a blob that its owner does not name. */
export interface BlobRecord {
  readonly bucketInstanceId: Buffer
  readonly objectKey: string
  /** The blob holds a part of this upload. */
  readonly part?: { readonly uploadId: string; readonly partNumber: number }
  /** Sealed bytes, when they live here and not in the blob store. */
  readonly inline?: Buffer
}

/** Who will name a blob. */
export type BlobOwner = Omit<BlobRecord, "inline">

/** JSON with the record version first. Buffers are spelled out by the functions below, which know where they stand. */
function encodeJson(record: object): Buffer {
  return utf8(JSON.stringify({ v: RECORD_VERSION, ...record }))
}

function decodeJson(bytes: Buffer): unknown {
  const record: unknown = JSON.parse(bytes.toString("utf8"))
  if (
    typeof record === "object" &&
    record !== null &&
    "v" in record &&
    record.v === RECORD_VERSION
  ) {
    return record
  }
  throw new Error("a record of a version that this program does not know")
}

// The store's seal vouches that these bytes were written by an encoder below for this very row, so the shapes are not
// checked again; the version is, because a newer program may have written it.

type Stored<T, Name extends keyof T> = Omit<T, Name> & Readonly<Record<Name, string>>

export function encodeBucket(record: BucketRecord): Buffer {
  return encodeJson({ ...record, instanceId: record.instanceId.toString("hex") })
}

export function decodeBucket(value: Uint8Array): BucketRecord {
  const stored = decodeJson(asBuffer(value)) as Stored<BucketRecord, "instanceId">
  return { ...stored, instanceId: Buffer.from(stored.instanceId, "hex") }
}

interface WithEncryption {
  readonly encryption: EncryptionDescriptor
}

function encodeWithEncryption(record: WithEncryption): Buffer {
  const { wrappedKey } = record.encryption
  const wrapped = wrappedKey.wrapped.toString("base64")
  return encodeJson({
    ...record,
    encryption: { ...record.encryption, wrappedKey: { ...wrappedKey, wrapped } },
  })
}

function decodeWithEncryption(value: Uint8Array): WithEncryption {
  const stored = decodeJson(asBuffer(value)) as WithEncryption
  const { wrappedKey } = stored.encryption
  const wrapped = Buffer.from(String(wrappedKey.wrapped), "base64")
  return { ...stored, encryption: { ...stored.encryption, wrappedKey: { ...wrappedKey, wrapped } } }
}

export function encodeObject(record: ObjectRecord): Buffer {
  return encodeWithEncryption(record)
}

export function decodeObject(value: Uint8Array): ObjectRecord {
  return decodeWithEncryption(value) as ObjectRecord
}

export function encodeUpload(record: UploadRecord): Buffer {
  return encodeWithEncryption(record)
}

export function decodeUpload(value: Uint8Array): UploadRecord {
  return decodeWithEncryption(value) as UploadRecord
}

export function encodePart(record: PartRecord): Buffer {
  return encodeJson(record)
}

export function decodePart(value: Uint8Array): PartRecord {
  return decodeJson(asBuffer(value)) as PartRecord
}

/** Length of the JSON in four bytes, the JSON, then the pieces of the inline bytes as they are. */
export function encodeBlob(
  { bucketInstanceId, ...owner }: BlobOwner,
  inline?: readonly Uint8Array[],
): Buffer {
  const json = encodeJson({
    ...owner,
    bucketInstanceId: bucketInstanceId.toString("hex"),
    hasInline: inline !== undefined,
  })
  return Buffer.concat([uint32(json.length), json, ...(inline ?? [])])
}

export function decodeBlob(value: Uint8Array): BlobRecord {
  const bytes = asBuffer(value)
  const jsonEnd = 4 + bytes.readUInt32BE(0)
  const { hasInline, bucketInstanceId, ...owner } = decodeJson(
    bytes.subarray(4, jsonEnd),
  ) as Stored<BlobRecord, "bucketInstanceId"> & { readonly hasInline: boolean }
  const record = { ...owner, bucketInstanceId: Buffer.from(bucketInstanceId, "hex") }
  return hasInline ? { ...record, inline: bytes.subarray(jsonEnd) } : record
}

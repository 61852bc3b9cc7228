import { utf8 } from "../base/bytes.ts"
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

/** Buffers travel as {"$bytes": base64}; everything else is plain JSON. */
function encodeJson(record: object): string {
  return JSON.stringify({ v: RECORD_VERSION, ...record }, (_name, value: unknown) =>
    isSerializedBuffer(value) ? { $bytes: Buffer.from(value.data).toString("base64") } : value,
  )
}

/** JSON.stringify hands a Buffer to the replacer in the form that Buffer.toJSON gave it. */
function isSerializedBuffer(value: unknown): value is { type: "Buffer"; data: number[] } {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    value.type === "Buffer" &&
    "data" in value
  )
}

function reviveBytes(_name: string, value: unknown): unknown {
  if (typeof value === "object" && value !== null && "$bytes" in value) {
    return Buffer.from(String(value.$bytes), "base64")
  }
  return value
}

/** The record's bytes: JSON with the record version first. */
export function encodeRecord(
  record: BucketRecord | ObjectRecord | UploadRecord | PartRecord,
): Buffer {
  return utf8(encodeJson(record))
}

function decodeJson(text: string): unknown {
  const record: unknown = JSON.parse(text, reviveBytes)
  if (
    typeof record !== "object" ||
    record === null ||
    !("v" in record) ||
    record.v !== RECORD_VERSION
  ) {
    throw new Error("a record of a version that this program does not know")
  }
  return record
}

// The store's seal vouches that these bytes were written by an encoder above for this very row, so the shapes are not
// checked again; the version is, because a newer program may have written it.
export function decodeBucket(value: Uint8Array): BucketRecord {
  return decodeJson(textOf(value)) as BucketRecord
}

export function decodeObject(value: Uint8Array): ObjectRecord {
  return decodeJson(textOf(value)) as ObjectRecord
}

export function decodeUpload(value: Uint8Array): UploadRecord {
  return decodeJson(textOf(value)) as UploadRecord
}

export function decodePart(value: Uint8Array): PartRecord {
  return decodeJson(textOf(value)) as PartRecord
}

function textOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("utf8")
}

/** Length of the JSON in four bytes, the JSON, then the inline bytes as they are. */
export function encodeBlob(record: BlobRecord): Buffer {
  const { inline, ...owner } = record
  const json = utf8(encodeJson({ ...owner, hasInline: inline !== undefined }))
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(json.length)
  return Buffer.concat([length, json, inline ?? Buffer.alloc(0)])
}

export function decodeBlob(value: Uint8Array): BlobRecord {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const jsonEnd = 4 + bytes.readUInt32BE(0)
  const { hasInline, ...owner } = decodeJson(bytes.toString("utf8", 4, jsonEnd)) as BlobRecord & {
    hasInline: boolean
  }
  return hasInline ? { ...owner, inline: bytes.subarray(jsonEnd) } : owner
}

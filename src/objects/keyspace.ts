import type { BlobId } from "../storage/blob-store.ts"
import type { StoreKey } from "../storage/metadata-store.ts"
import { rowKey } from "../storage/row-keys.ts"
import type { BucketName } from "./names.ts"

// How the object store's records are laid out. Row keys stay readable on disk because lists are scans over them; every
// value is sealed. Bucket instance ids and upload ids are 16 bytes; object keys hold no NUL (names.ts).

/** bucket name -> BucketRecord */
export function bucketRow(bucketName: string): StoreKey {
  return rowKey("bucket", bucketName)
}

/** The prefix of all buckets' rows. */
export const BUCKET_ROWS: StoreKey = rowKey("bucket")

export function bucketNameOfBucketRow(key: StoreKey): BucketName {
  return textAfter(key, BUCKET_ROWS.length) as BucketName
}

/** bucket instance, object key -> ObjectRecord of the current version */
export function currentRow(bucketInstanceId: Buffer, objectKey: string): StoreKey {
  return rowKey("current", bucketInstanceId, objectKey)
}

/** The object key, or the common prefix, behind the first bytes of a `current` row key. */
export function objectKeyOfCurrentRow(key: StoreKey): string {
  return textAfter(key, 17)
}

/** blob id -> BlobRecord */
export function blobRow(blobId: BlobId): StoreKey {
  return rowKey("blob", Buffer.from(blobId, "hex"))
}

export function blobIdOfBlobRow(key: StoreKey): BlobId {
  return Buffer.from(key).subarray(1).toString("hex") as BlobId
}

export const BLOB_ROWS: StoreKey = rowKey("blob")

/** upload id, page number -> packed list of parts (manifest.ts) */
export function manifestRow(uploadId: string, page: number): StoreKey {
  return rowKey("manifest", Buffer.from(uploadId, "hex"), uint16(page))
}

/** bucket instance, object key, upload id -> UploadRecord */
export function uploadRow(bucketInstanceId: Buffer, objectKey: string, uploadId: string): StoreKey {
  return rowKey("upload", bucketInstanceId, objectKey, Buffer.from(uploadId, "hex"))
}

/** The prefix of the rows of a bucket's uploads whose object keys start with `objectKeyPrefix`. */
export function uploadRowsPrefix(bucketInstanceId: Buffer, objectKeyPrefix: string): StoreKey {
  return rowKey("upload", bucketInstanceId, objectKeyPrefix)
}

export function uploadOfUploadRow(key: StoreKey): { objectKey: string; uploadId: string } {
  const bytes = Buffer.from(key)
  const nul = bytes.length - 17
  return {
    objectKey: bytes.toString("utf8", 17, nul),
    uploadId: uploadIdText(bytes.subarray(nul + 1)),
  }
}

/** upload id, part number -> PartRecord */
export function partRow(uploadId: string, partNumber: number): StoreKey {
  return rowKey("part", Buffer.from(uploadId, "hex"), uint16(partNumber))
}

export function partRowsPrefix(uploadId: string): StoreKey {
  return rowKey("part", Buffer.from(uploadId, "hex"))
}

export const PART_ROWS: StoreKey = rowKey("part")
export const MANIFEST_ROWS: StoreKey = rowKey("manifest")

/** The upload id in a row key of a part or of a manifest page. */
export function uploadIdOfRow(key: StoreKey): string {
  return uploadIdText(Buffer.from(key).subarray(1, 17))
}

function uploadIdText(bytes: Buffer): string {
  return bytes.toString("hex").toUpperCase()
}

/** The upload id that `text` spells, or undefined: 32 hexadecimal digits in upper case. */
export function parseUploadId(text: string): string | undefined {
  return /^[0-9A-F]{32}$/.test(text) ? text : undefined
}

export function newUploadId(id: Buffer): string {
  return uploadIdText(id)
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

function textAfter(key: StoreKey, offset: number): string {
  return Buffer.from(key.buffer, key.byteOffset + offset, key.byteLength - offset).toString("utf8")
}

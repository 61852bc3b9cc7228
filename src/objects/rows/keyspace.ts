import { asBuffer } from "../../base/bytes.ts"
import type { BlobId } from "../../storage/blob-store.ts"
import type { StoreKey } from "../../storage/metadata-store.ts"
import { rowKey } from "../../storage/row-keys.ts"
import type { BucketName } from "../names.ts"
import type { VersionOrder } from "./records.ts"

// The layout of the object store's rows. Row keys stay readable on disk because lists are scans over them; every value
// is sealed. Bucket instance ids, content ids, upload ids and version orders are 16 bytes; object keys contain no NUL.

const INSTANCE_END = 17
const ID_BYTES = 16

/** bucket name -> BucketRecord */
export function bucketRow(bucketName: string): StoreKey {
  return rowKey("bucket", bucketName)
}

/** The prefix of all buckets' rows. */
export const BUCKET_ROWS: StoreKey = rowKey("bucket")

export function bucketNameOfRow(key: StoreKey): BucketName {
  return asBuffer(key).toString("utf8", BUCKET_ROWS.length) as BucketName
}

/** bucket instance, object key -> the newest version, when it is an object. All that ListObjects reads. */
export function currentRow(bucketInstanceId: Buffer, objectKey: string): StoreKey {
  return rowKey("current", bucketInstanceId, objectKey)
}

/** bucket instance, object key -> the newest version, when it is a delete marker. */
export function markerRow(bucketInstanceId: Buffer, objectKey: string): StoreKey {
  return rowKey("marker", bucketInstanceId, objectKey)
}

/** The object key, or the common prefix, in a row key of `current` or `marker`. */
export function objectKeyOfHeadRow(key: StoreKey): string {
  return asBuffer(key).toString("utf8", INSTANCE_END)
}

/** bucket instance, object key, inverted order -> a version that is not the newest; newer ones come first. */
export function versionRow(
  bucketInstanceId: Buffer,
  objectKey: string,
  order: VersionOrder,
): StoreKey {
  return rowKey("version", bucketInstanceId, objectKey, inverted(order))
}

/** The prefix of the older versions of one object. */
export function versionRowsPrefix(bucketInstanceId: Buffer, objectKey: string): StoreKey {
  return rowKey("version", bucketInstanceId, objectKey, Buffer.alloc(0))
}

export function versionOfRow(key: StoreKey): { objectKey: string; order: VersionOrder } {
  const { objectKey, id } = nameAndId(key, ID_BYTES)
  for (let index = 0; index < id.length; index += 1) id[index] = 0xff - (id[index] ?? 0)
  return { objectKey, order: id.toString("hex") as VersionOrder }
}

function inverted(order: VersionOrder): Buffer {
  const bytes = Buffer.from(order, "hex")
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = 0xff - (bytes[index] ?? 0)
  return bytes
}

/** bucket instance, object key -> the order of the version named "null", while it is not the newest. */
export function nullVersionRow(bucketInstanceId: Buffer, objectKey: string): StoreKey {
  return rowKey("nullVersion", bucketInstanceId, objectKey)
}

/** bucket instance, object key, version -> the sealed bytes of a small object. The null version's slot is all zeros. */
export function inlineRow(
  bucketInstanceId: Buffer,
  objectKey: string,
  slot: VersionOrder | "null",
): StoreKey {
  const bytes = slot === "null" ? NULL_SLOT : Buffer.from(slot, "hex")
  return rowKey("inline", bucketInstanceId, objectKey, bytes)
}

const NULL_SLOT = Buffer.alloc(ID_BYTES)

/** blob id -> BlobRecord */
export function blobRow(blobId: BlobId): StoreKey {
  return rowKey("blob", Buffer.from(blobId, "hex"))
}

export const BLOB_ROWS: StoreKey = rowKey("blob")

export function blobIdOfRow(key: StoreKey): BlobId {
  return asBuffer(key).toString("hex", 1) as BlobId
}

/** content id -> the owner of the content */
export function contentRow(contentId: string): StoreKey {
  return rowKey("content", Buffer.from(contentId, "hex"))
}

export const CONTENT_ROWS: StoreKey = rowKey("content")

export function contentIdOfRow(key: StoreKey): string {
  return asBuffer(key).toString("hex", 1, 1 + ID_BYTES)
}

/** content id, offset of the first piece -> a page of pieces */
export function manifestRow(contentId: string, offset: number): StoreKey {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(offset))
  return rowKey("manifest", Buffer.from(contentId, "hex"), bytes)
}

/** The prefix of a content's pages. */
export function manifestRowsPrefix(contentId: string): StoreKey {
  return rowKey("manifest", Buffer.from(contentId, "hex"))
}

export function manifestOffsetOfRow(key: StoreKey): number {
  return Number(asBuffer(key).readBigUInt64BE(1 + ID_BYTES))
}

/** bucket instance, object key, upload id -> UploadRecord */
export function uploadRow(bucketInstanceId: Buffer, objectKey: string, uploadId: string): StoreKey {
  return rowKey("upload", bucketInstanceId, objectKey, Buffer.from(uploadId, "hex"))
}

/** The prefix of the rows of a bucket's uploads whose object keys start with `objectKeyPrefix`. */
export function uploadRowsPrefix(bucketInstanceId: Buffer, objectKeyPrefix: string): StoreKey {
  return rowKey("upload", bucketInstanceId, objectKeyPrefix)
}

export const UPLOAD_ROWS: StoreKey = rowKey("upload")

export interface UploadPlace {
  readonly bucketInstanceId: Buffer
  readonly objectKey: string
  readonly uploadId: string
}

export function uploadOfRow(key: StoreKey): UploadPlace {
  const { bucketInstanceId, objectKey, id } = nameAndId(key, ID_BYTES)
  return { bucketInstanceId, objectKey, uploadId: uploadIdText(id) }
}

/** bucket instance, object key, upload id, part number -> PartRecord */
export function partRow(upload: UploadPlace, partNumber: number): StoreKey {
  const last = Buffer.from(upload.uploadId.padEnd(36, "0"), "hex")
  last.writeUInt16BE(partNumber, ID_BYTES)
  return rowKey("part", upload.bucketInstanceId, upload.objectKey, last)
}

export function partRowsPrefix(upload: UploadPlace): StoreKey {
  const id = Buffer.from(upload.uploadId, "hex")
  return rowKey("part", upload.bucketInstanceId, upload.objectKey, id)
}

export const PART_ROWS: StoreKey = rowKey("part")

export function uploadOfPartRow(key: StoreKey): UploadPlace {
  const { bucketInstanceId, objectKey, id } = nameAndId(key, ID_BYTES + 2)
  return { bucketInstanceId, objectKey, uploadId: uploadIdText(id.subarray(0, ID_BYTES)) }
}

/** Splits a row key of bucket instance, object key and an id of `idBytes`. */
function nameAndId(
  key: StoreKey,
  idBytes: number,
): { bucketInstanceId: Buffer; objectKey: string; id: Buffer } {
  const bytes = asBuffer(key)
  const nul = bytes.length - idBytes - 1
  return {
    bucketInstanceId: Buffer.from(bytes.subarray(1, INSTANCE_END)),
    objectKey: bytes.toString("utf8", INSTANCE_END, nul),
    id: Buffer.from(bytes.subarray(nul + 1)),
  }
}

function uploadIdText(bytes: Buffer): string {
  return bytes.toString("hex").toUpperCase()
}

/** The upload id spelled by `text`, or undefined: 32 hexadecimal digits in upper case. */
export function parseUploadId(text: string): string | undefined {
  return /^[0-9A-F]{32}$/.test(text) ? text : undefined
}

export function newUploadId(id: Buffer): string {
  return uploadIdText(id)
}

import { timeOrderedId } from "../base/random.ts"
import type { Version, Write } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { keyAfter, scanAll } from "../storage/scan-all.ts"
import { reloadBucket, type Bucket } from "./buckets.ts"
import { commitProposal } from "./commit-attempts.ts"
import { commitContent, writeContent, type Incoming } from "./content-write.ts"
import {
  checkDataKey,
  newEncryption,
  unwrapDataKey,
  type RequestedEncryption,
} from "./encryption.ts"
import { newUploadId, parseUploadId, partRow, partRowsPrefix, uploadRow } from "./keyspace.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodePart, decodeUpload, encodePart, encodeUpload } from "./records.ts"
import type { ObjectAttributes, PartRecord, UploadRecord } from "./records.ts"
import { RuleBroken } from "./rule-broken.ts"
import { checkAbsent, etagOfMd5 } from "./write.ts"

/** An upload as it was read, with the version that commits guard or replace. */
export interface Upload {
  readonly bucket: Bucket
  readonly objectKey: ObjectKey
  readonly uploadId: string
  readonly record: UploadRecord
  readonly version: Version
}

export interface NewUpload {
  readonly attributes: ObjectAttributes
  readonly encryption: RequestedEncryption
  readonly forbidOverwrite: boolean
}

/** Begins an upload: its encryption, with one data key for all its parts, is chosen here once. */
export async function initiateUpload(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  input: NewUpload,
): Promise<{ uploadId: string; record: UploadRecord }> {
  if (input.forbidOverwrite) await checkAbsent(store, bucket, objectKey)
  const encryption = await newEncryption(store, bucket, objectKey, input.encryption)
  const initiatedMs = store.clock.nowMs()
  const uploadId = newUploadId(timeOrderedId(initiatedMs))
  const record: UploadRecord = {
    ...input.attributes,
    initiatedMs,
    encryption: encryption.descriptor,
  }
  const key = uploadRow(bucket.record.instanceId, objectKey, uploadId)
  await commitProposal(store, async (attempt) => {
    const current = attempt === 0 ? bucket : await reloadBucket(store, bucket)
    const keyGuards =
      attempt === 0 ? encryption.guards : await checkDataKey(store, current, record.encryption)
    return {
      guards: [current.guard, ...keyGuards],
      writes: [{ key, value: encodeUpload(record), expect: "absent" as const }],
    }
  })
  return { uploadId, record }
}

function noSuchUpload(uploadId: string): RuleBroken {
  return new RuleBroken("NoSuchUpload", { UploadId: uploadId })
}

/** Throws NoSuchUpload, also for an id of another object or of no form. */
export async function loadUpload(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  uploadIdText: string,
): Promise<Upload> {
  const uploadId = parseUploadId(uploadIdText)
  if (uploadId === undefined) throw noSuchUpload(uploadIdText)
  const [row] = await store.metadata.get([uploadRow(bucket.record.instanceId, objectKey, uploadId)])
  if (row === undefined) throw noSuchUpload(uploadId)
  const record = decodeUpload(row.value)
  return { bucket, objectKey, uploadId, record, version: row.version }
}

/** The upload as it is now; throws NoSuchUpload when it is over or being completed. */
async function reloadOpenUpload(store: ObjectStore, upload: Upload): Promise<Upload> {
  const current = await loadUpload(store, upload.bucket, upload.objectKey, upload.uploadId)
  if (current.record.completing === true) throw noSuchUpload(upload.uploadId)
  return current
}

/**
 * Stores one attempt at a part under its own salt; the last attempt under a number wins. One operation of the key
 * service. Throws NoSuchUpload also when the upload is completed or aborted while the bytes arrive.
 */
export async function uploadPart(
  store: ObjectStore,
  upload: Upload,
  partNumber: number,
  incoming: Incoming,
): Promise<PartRecord> {
  const { bucket, objectKey, uploadId, record } = upload
  const dataKey = await unwrapDataKey(store, bucket, objectKey, record.encryption)
  const part = { uploadId, partNumber }
  const owner = { bucketInstanceId: bucket.record.instanceId, objectKey, part }
  const written = await writeContent(store, owner, dataKey, incoming)
  return await commitContent(written, async () => {
    const partRecord: PartRecord = {
      partNumber,
      sizeBytes: written.digests.sizeBytes,
      etag: etagOfMd5(written.digests.md5),
      crc64: written.digests.crc64.toString(),
      lastModifiedMs: store.clock.nowMs(),
      content: written.content,
    }
    const partWrite: Write = {
      key: partRow(uploadId, partNumber),
      value: encodePart(partRecord),
      expect: "any",
    }
    const { displaced } = await commitProposal(store, async (attempt) => {
      const { version } = attempt === 0 ? upload : await reloadOpenUpload(store, upload)
      const key = uploadRow(bucket.record.instanceId, objectKey, uploadId)
      const keyGuards = await checkDataKey(store, bucket, record.encryption)
      return {
        guards: [{ key, version }, ...keyGuards],
        writes: [partWrite, written.blobWrite],
      }
    })
    if (displaced !== "unknown") {
      for (const each of displaced) {
        if ("value" in each) store.reclaimer.free(decodePart(each.value).content)
      }
    }
    return partRecord
  })
}

/** Ends an upload without an object. A Complete that has begun loses against it, or wins before it. */
export async function abortUpload(store: ObjectStore, upload: Upload): Promise<void> {
  const { bucket, objectKey, uploadId } = upload
  await commitProposal(store, async (attempt) => {
    const { version } =
      attempt === 0 ? upload : await loadUpload(store, bucket, objectKey, uploadId)
    const key = uploadRow(bucket.record.instanceId, objectKey, uploadId)
    return { guards: [], writes: [{ key, value: null, expect: version }] }
  })
  store.reclaimer.freeParts(uploadId, new Set())
}

/** Every part of an upload, in order of part number. */
export async function loadParts(store: ObjectStore, uploadId: string): Promise<PartRecord[]> {
  const parts: PartRecord[] = []
  const bounds = prefixBounds(partRowsPrefix(uploadId))
  for await (const row of scanAll(store.metadata, bounds)) parts.push(decodePart(row.value))
  return parts
}

export interface PartPage {
  readonly parts: readonly PartRecord[]
  readonly isTruncated: boolean
}

export async function listParts(
  store: ObjectStore,
  upload: Upload,
  options: { afterPartNumber: number; limit: number },
): Promise<PartPage> {
  const { to } = prefixBounds(partRowsPrefix(upload.uploadId))
  const from = keyAfter(partRow(upload.uploadId, options.afterPartNumber))
  const rows = await store.metadata.scan({ from, to, limit: options.limit })
  const parts = rows.flatMap((row) => (row.kind === "row" ? [decodePart(row.value)] : []))
  const last = rows.at(-1)
  const isLastPage = parts.length === 0 || rows.length < options.limit
  if (isLastPage || last === undefined || last.kind === "prefix") {
    return { parts, isTruncated: false }
  }
  const rest = await store.metadata.scan({
    from: keyAfter(last.key),
    to,
    limit: 1,
    values: false,
  })
  return { parts, isTruncated: rest.length > 0 }
}

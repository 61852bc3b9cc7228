import { createHash } from "node:crypto"
import { newCommit } from "../storage/commit.ts"
import type { Write } from "../storage/metadata-store.ts"
import { reloadBucket } from "./buckets.ts"
import { commitProposal } from "./commit-attempts.ts"
import { combineCrc64 } from "./crc64.ts"
import { checkDataKey } from "./encryption.ts"
import { currentRow, uploadRow } from "./keyspace.ts"
import { manifestWrites } from "./manifest.ts"
import type { ObjectStore } from "./object-store.ts"
import { encodeObject, encodeUpload } from "./records.ts"
import type { ObjectRecord, PartRecord } from "./records.ts"
import { RuleBroken } from "./rule-broken.ts"
import { loadParts, loadUpload, type Upload } from "./uploads.ts"
import { checkAbsent, freeDisplaced } from "./write.ts"

/** Every part but the last has at least this size. */
const PART_BYTES_MIN = 100 * 1024

/** A part as the client lists it; the ETag without quotes, upper case. */
export interface ListedPart {
  readonly partNumber: number
  readonly etag: string
}

/** The parts that make the object: those listed, or all that were uploaded. */
export type WantedParts = readonly ListedPart[] | "all"

/**
 * Makes an object of an upload's parts: mark, scan, commit. The mark on the upload's row makes a late part conflict; the
 * object's row, its manifest and the end of the upload are one commit. After a crash in between another Complete takes
 * over. No operation of the key service. Throws InvalidPart, InvalidPartOrder, EntityTooSmall, NoSuchUpload,
 * FileAlreadyExists, or by the state of the key; the upload is open again then.
 */
export async function completeUpload(
  store: ObjectStore,
  opened: Upload,
  wanted: WantedParts,
  options: { forbidOverwrite: boolean },
): Promise<ObjectRecord> {
  checkOrder(wanted)
  selectParts(await loadParts(store, opened.uploadId), wanted)
  const marked = await markUpload(store, opened)
  try {
    const parts = selectParts(await loadParts(store, marked.uploadId), wanted)
    const record = objectOfParts(marked, parts, store.clock.nowMs())
    await commitCompletion(store, marked, record, parts, options.forbidOverwrite)
    const kept = new Set(parts.map((part) => part.content.blobId))
    store.reclaimer.freeParts(marked.uploadId, kept)
    return record
  } catch (error) {
    if (error instanceof RuleBroken) await unmarkUpload(store, marked)
    throw error
  }
}

function checkOrder(wanted: WantedParts): void {
  if (wanted === "all") return
  if (wanted.length === 0) throw new RuleBroken("MalformedXML")
  wanted.forEach((part, index) => {
    const previous = wanted[index - 1]
    if (previous !== undefined && previous.partNumber >= part.partNumber) {
      throw new RuleBroken("InvalidPartOrder")
    }
  })
}

function selectParts(uploaded: readonly PartRecord[], wanted: WantedParts): PartRecord[] {
  const parts = wanted === "all" ? [...uploaded] : matchListed(uploaded, wanted)
  if (parts.length === 0) throw new RuleBroken("InvalidPart")
  for (const part of parts.slice(0, -1)) {
    if (part.sizeBytes < PART_BYTES_MIN) {
      throw new RuleBroken("EntityTooSmall", {
        PartNumber: String(part.partNumber),
        ETag: part.etag,
      })
    }
  }
  return parts
}

function matchListed(uploaded: readonly PartRecord[], listed: readonly ListedPart[]): PartRecord[] {
  const byNumber = new Map(uploaded.map((part) => [part.partNumber, part]))
  return listed.map(({ partNumber, etag }) => {
    const part = byNumber.get(partNumber)
    if (part?.etag !== etag) {
      throw new RuleBroken("InvalidPart", { PartNumber: String(partNumber), ETag: etag })
    }
    return part
  })
}

/** Marks the upload's row; the answer's version is the mark's own. */
async function markUpload(store: ObjectStore, upload: Upload): Promise<Upload> {
  const { bucket, objectKey, uploadId } = upload
  let record = upload.record
  const { version } = await commitProposal(store, async (attempt) => {
    const current = attempt === 0 ? upload : await loadUpload(store, bucket, objectKey, uploadId)
    record = { ...current.record, completing: true }
    return { guards: [], writes: [uploadWrite({ ...current, record })] }
  })
  return { ...upload, record, version }
}

/** Takes the mark back, unless somebody else has changed the upload since. */
async function unmarkUpload(store: ObjectStore, marked: Upload): Promise<void> {
  const { completing: _mark, ...record } = marked.record
  const writes = [uploadWrite({ ...marked, record })]
  await store.metadata.commit(newCommit(store.clock, { guards: [], writes }))
}

function uploadWrite({ bucket, objectKey, uploadId, record, version }: Upload): Write {
  const key = uploadRow(bucket.record.instanceId, objectKey, uploadId)
  return { key, value: encodeUpload(record), expect: version }
}

function objectOfParts(upload: Upload, parts: readonly PartRecord[], nowMs: number): ObjectRecord {
  const md5s = Buffer.concat(parts.map((part) => Buffer.from(part.etag, "hex")))
  const digest = createHash("md5").update(md5s).digest("hex").toUpperCase()
  const pieces = parts.map((part) => ({ crc64: BigInt(part.crc64), sizeBytes: part.sizeBytes }))
  const { headers, acl, storageClass, encryption } = upload.record
  return {
    headers,
    acl,
    storageClass,
    type: "Multipart",
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    etag: `${digest}-${parts.length}`,
    crc64: combineCrc64(pieces).toString(),
    lastModifiedMs: nowMs,
    encryption,
    content: { kind: "parts", uploadId: upload.uploadId, partCount: parts.length },
  }
}

async function commitCompletion(
  store: ObjectStore,
  marked: Upload,
  record: ObjectRecord,
  parts: readonly PartRecord[],
  forbidOverwrite: boolean,
): Promise<void> {
  const { bucket, objectKey, uploadId } = marked
  const { instanceId } = bucket.record
  const { displaced } = await commitProposal(store, async (attempt) => {
    const current = attempt === 0 ? bucket : await reloadBucket(store, bucket)
    if (attempt > 0) await checkStillMarked(store, marked)
    if (forbidOverwrite) await checkAbsent(store, current, objectKey)
    return {
      guards: [current.guard, ...(await checkDataKey(store, current, record.encryption))],
      writes: [
        { key: uploadRow(instanceId, objectKey, uploadId), value: null, expect: marked.version },
        {
          key: currentRow(instanceId, objectKey),
          value: encodeObject(record),
          expect: forbidOverwrite ? ("absent" as const) : ("any" as const),
        },
        ...manifestWrites(uploadId, parts),
      ],
    }
  })
  freeDisplaced(store, displaced)
}

/** Another Complete or an Abort that came in between has taken the upload over. */
async function checkStillMarked(store: ObjectStore, marked: Upload): Promise<void> {
  const { bucket, objectKey, uploadId } = marked
  const current = await loadUpload(store, bucket, objectKey, uploadId)
  if (current.version !== marked.version) {
    throw new RuleBroken("ServiceUnavailable", {}, "Another request is completing this upload.")
  }
}

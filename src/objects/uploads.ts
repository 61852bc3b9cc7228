import { setTimeout as delay } from "node:timers/promises"
import { randomBytes, timeOrderedId } from "../base/random.ts"
import type { Version, Write } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { keyAfter, scanAll } from "../storage/scan-all.ts"
import { type Bucket, reloadBucket } from "./buckets.ts"
import { commitContent, writeContent, type Incoming } from "./content-write.ts"
import { checkDataKey, newEncryption, unwrapDataKey } from "./encryption.ts"
import type { ObjectStore } from "./object-store.ts"
import { checkBucketRight, checkTargetRight } from "./rights.ts"
import { partCodec, uploadCodec } from "./rows/codecs.ts"
import {
  newUploadId,
  parseUploadId,
  partRow,
  partRowsPrefix,
  type UploadPlace,
  uploadRow,
} from "./rows/keyspace.ts"
import type {
  EncryptionChoice,
  ObjectAttributes,
  PartRecord,
  UploadRecord,
} from "./rows/records.ts"
import { tallyOf, tallyOfUpload } from "./rows/tally.ts"
import { CURRENT } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import { continueMd5 } from "./sequential-md5.ts"
import { commitChange } from "./store-refusal.ts"
import type { Target } from "./target.ts"
import { blobWrite, checkAbsent, etagOfMd5 } from "./write.ts"

/** An upload as it was read, with the version that commits guard or replace. */
export interface Upload extends Target {
  readonly uploadId: string
  readonly record: UploadRecord
  readonly version: Version
}

export interface NewUpload {
  readonly attributes: ObjectAttributes
  readonly partOrder: UploadRecord["partOrder"]
  /** undefined: the bucket's default. */
  readonly encryption: EncryptionChoice | undefined
  readonly forbidOverwrite: boolean
}

/** How long a request waits for a Complete that is gathering the parts of its upload. */
const COMPLETING_WAITS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

/** After this time the gateway that set a mark counts as crashed: gathering parts takes less. */
const GONE_MS = 800

/** Begins an upload: its encryption, with one data key for all its parts, is chosen here once. */
export async function initiateUpload(
  store: ObjectStore,
  target: Target,
  input: NewUpload,
): Promise<{ uploadId: string; record: UploadRecord }> {
  if (input.forbidOverwrite) await checkAbsent(store, target)
  const encryption = await newEncryption(store, target, input.encryption)
  const initiatedMs = store.clock.nowMs()
  const uploadId = newUploadId(timeOrderedId(initiatedMs))
  const record: UploadRecord = {
    ...input.attributes,
    initiatedMs,
    partOrder: input.partOrder,
    contentId: randomBytes(16).toString("hex"),
    encryption: encryption.descriptor,
    state: { kind: "open" },
  }
  await commitChange(store, async ({ isFirst }) => {
    const bucket = isFirst ? target.bucket : await reloadBucket(store, target.bucket)
    await checkTargetRight(store, { ...target, bucket }, CURRENT, "write")
    const keyGuards = isFirst
      ? encryption.guards
      : await checkDataKey(store, { ...target, bucket }, record.encryption)
    return {
      guards: [bucket.guard, ...keyGuards],
      writes: [uploadWrite({ ...target, bucket }, uploadId, record, "absent")],
      result: undefined,
    }
  })
  return { uploadId, record }
}

export function uploadWrite(
  { bucket, objectKey }: Pick<Target, "bucket" | "objectKey">,
  uploadId: string,
  record: UploadRecord,
  expect: Version | "absent",
): Write {
  const { instanceId } = bucket.record
  return {
    key: uploadRow(instanceId, objectKey, uploadId),
    value: uploadCodec.encode(record),
    expect,
    tally: tallyOfUpload(instanceId, record),
  }
}

export function placeOf({ bucket, objectKey, uploadId }: Upload): UploadPlace {
  return { bucketInstanceId: bucket.record.instanceId, objectKey, uploadId }
}

function noSuchUpload(uploadId: string): RuleBroken {
  return new RuleBroken("UploadNotFound", { uploadId })
}

/** Throws UploadNotFound, also for an invalid id or the id of another object's upload. */
export async function loadUpload(
  store: ObjectStore,
  target: Target,
  uploadIdText: string,
): Promise<Upload> {
  const uploadId = parseUploadId(uploadIdText)
  if (uploadId === undefined) throw noSuchUpload(uploadIdText)
  const { caller, bucket, objectKey } = target
  const [row] = await store.metadata.get([uploadRow(bucket.record.instanceId, objectKey, uploadId)])
  if (row === undefined) throw noSuchUpload(uploadId)
  const record = uploadCodec.decode(row.value)
  return { caller, bucket, objectKey, uploadId, record, version: row.version }
}

/**
 * Returns the upload in its present state. If it is being completed, waits until it has ended or is open again. Removes the
 * mark of a process that has ended. Throws UploadNotFound, Unavailable.
 */
export async function reloadUpload(store: ObjectStore, upload: Upload): Promise<Upload> {
  let waitedMs = 0
  for (const waitMs of [...COMPLETING_WAITS_MS, 0]) {
    const current = await loadUpload(store, upload, upload.uploadId)
    const { state } = current.record
    if (state.kind === "open") return current
    const isForeign = state.gatewayId !== store.gatewayId
    if (isForeign && waitedMs > GONE_MS) await takeMarkBack(store, current)
    else if (waitMs > 0) await delay(waitMs)
    waitedMs += waitMs
  }
  throw new RuleBroken("Unavailable", {}, "Another request is completing this upload.")
}

/**
 * Takes back the mark of a Complete, unless the upload has ended or was changed since. Should that Complete go on after all, its
 * commit conflicts.
 */
async function takeMarkBack(store: ObjectStore, marked: Upload): Promise<void> {
  const record: UploadRecord = { ...marked.record, state: { kind: "open" } }
  await commitChange(store, async () => {
    const current = await loadUpload(store, marked, marked.uploadId)
    const isMine = current.version === marked.version
    const writes = isMine ? [uploadWrite(marked, marked.uploadId, record, marked.version)] : []
    return { writes, result: undefined }
  })
}

/** The same, but never throws: the next caller who meets the mark, or the keeper, removes it. */
export async function unmarkUpload(store: ObjectStore, marked: Upload): Promise<void> {
  try {
    await takeMarkBack(store, marked)
  } catch (error) {
    if (error instanceof RuleBroken && error.code === "UploadNotFound") return
    store.log.warn({ err: error }, "an upload stays marked until its mark is met again")
  }
}

/** The bucket as it is now, when the caller may still write this object in it. */
async function admittedBucket(store: ObjectStore, upload: Upload): Promise<Bucket> {
  const bucket = await reloadBucket(store, upload.bucket)
  await checkTargetRight(store, { ...upload, bucket }, CURRENT, "write")
  return bucket
}

/**
 * Stores one attempt at a part under its own salt. The last attempt under a number wins. One operation of the key
 * service. A part that meets a Complete waits for its decision. A sequential upload accepts only the part after the
 * last one. Throws UploadNotFound, even when the upload is completed or aborted while the bytes arrive;
 * PartNotSequential; PartExists.
 */
export async function uploadPart(
  store: ObjectStore,
  upload: Upload,
  partNumber: number,
  incoming: Incoming,
): Promise<PartRecord> {
  const { bucket, objectKey, uploadId, record } = upload
  const { instanceId: bucketInstanceId } = bucket.record
  const { contentId, encryption } = record
  const before = await checkPartOrder(store, upload, partNumber)
  const dataKey = await unwrapDataKey(store, upload, encryption)
  const sealing = { kind: "piece", bucketInstanceId, dataKey, suite: encryption.suite } as const
  const md5 = await continueMd5(record, partNumber, before, dataKey)
  const tapped = md5 === undefined ? incoming : { ...incoming, chunks: md5.tap(incoming.chunks) }
  const written = await writeContent(store, sealing, tapped)
  return await commitContent(written, async () => {
    const { blobId, inline, digests } = written
    const { sizeBytes } = digests
    const part: PartRecord = {
      partNumber,
      sizeBytes,
      etag: etagOfMd5(digests.md5),
      crc64: digests.crc64.toString(),
      lastModifiedMs: store.clock.nowMs(),
      piece: { blobId, sizeBytes, isInline: inline !== undefined },
      ...(md5 === undefined ? {} : { runningMd5: md5.finish() }),
    }
    const owner = {
      kind: "part",
      bucketInstanceId,
      objectKey,
      uploadId,
      partNumber,
      contentId,
    } as const
    const writes = [partWrite(upload, part), blobWrite(written, owner)]
    const uploadKey = uploadRow(bucketInstanceId, objectKey, uploadId)
    const { displaced } = await commitChange(store, async () => {
      // Read at every attempt: the bytes may have taken an hour.
      const { version } = await reloadUpload(store, upload)
      const current = await admittedBucket(store, upload)
      await checkPartOrder(store, upload, partNumber)
      const keyGuards = await checkDataKey(store, upload, encryption)
      return {
        guards: [{ key: uploadKey, version }, current.guard, ...keyGuards],
        writes,
        result: undefined,
      }
    })
    if (displaced !== "unknown") {
      const replaced = displaced.flatMap((each) =>
        "damaged" in each ? [] : [partCodec.decode(each.value).piece.blobId],
      )
      store.reclaimer.free(replaced.map((each) => ({ kind: "blob", blobId: each })))
    }
    return part
  })
}

/** The part before, where the order counts and it is not the first one. */
async function checkPartOrder(
  store: ObjectStore,
  upload: Upload,
  partNumber: number,
): Promise<PartRecord | undefined> {
  if (upload.record.partOrder === "any") return undefined
  const place = placeOf(upload)
  const [same] = await store.metadata.get([partRow(place, partNumber)])
  const details = { partNumber }
  if (same !== undefined) throw new RuleBroken("PartExists", details)
  if (partNumber === 1) return undefined
  const [before] = await store.metadata.get([partRow(place, partNumber - 1)])
  if (before === undefined) throw new RuleBroken("PartNotSequential", details)
  return partCodec.decode(before.value)
}

function partWrite(upload: Upload, part: PartRecord): Write {
  const { storageClass, encryption, partOrder } = upload.record
  const { instanceId } = upload.bucket.record
  return {
    key: partRow(placeOf(upload), part.partNumber),
    value: partCodec.encode(part),
    expect: partOrder === "any" ? "any" : "absent",
    tally: tallyOf(instanceId, { kind: "part", storageClass, encryption, bytes: part.sizeBytes }),
  }
}

/** Ends an upload without an object. Either it or a concurrent Complete wins. */
export async function abortUpload(store: ObjectStore, upload: Upload): Promise<void> {
  const { objectKey, uploadId, caller } = upload
  await commitChange(store, async ({ isFirst }) => {
    const bucket = isFirst ? upload.bucket : await reloadBucket(store, upload.bucket)
    checkBucketRight(caller, bucket, "write")
    const current = isFirst ? upload : await loadUpload(store, upload, uploadId)
    const key = uploadRow(bucket.record.instanceId, objectKey, uploadId)
    return {
      guards: [bucket.guard],
      writes: [{ key, value: null, expect: current.version }],
      result: undefined,
    }
  })
  store.reclaimer.free([{ kind: "parts", upload: placeOf(upload), kept: new Set() }])
}

/** Every part of an upload, in order of part number. Throws SealBroken when one does not open. */
export async function loadParts(store: ObjectStore, upload: UploadPlace): Promise<PartRecord[]> {
  const parts: PartRecord[] = []
  const bounds = prefixBounds(partRowsPrefix(upload))
  for await (const row of scanAll(store.metadata, bounds)) parts.push(partCodec.decode(row.value))
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
  const place = placeOf(upload)
  const { to } = prefixBounds(partRowsPrefix(place))
  let from = keyAfter(partRow(place, options.afterPartNumber))
  const parts: PartRecord[] = []
  for (;;) {
    const rows = await store.metadata.scan({ from, to, limit: 1000 })
    for (const row of rows) {
      if (row.kind === "prefix") continue
      from = keyAfter(row.key)
      if (row.kind === "damaged") continue
      if (parts.length === options.limit) return { parts, isTruncated: true }
      parts.push(partCodec.decode(row.value))
    }
    if (rows.length < 1000) return { parts, isTruncated: false }
  }
}

import { createHash } from "node:crypto"
import { turns } from "../base/turns.ts"
import type { Version } from "../storage/metadata-store.ts"
import { combineCrc64 } from "./crc64.ts"
import { checkDataKey } from "./encryption.ts"
import type { ObjectStore } from "./object-store.ts"
import { replaceCurrent } from "./replace.ts"
import { uploadRow } from "./rows/keyspace.ts"
import { contentWrite, pageWrites } from "./rows/pieces.ts"
import type {
  ObjectAcl,
  ObjectVersion,
  PartRecord,
  UploadRecord,
  VersionIdentity,
} from "./rows/records.ts"
import { RuleBroken } from "./rule-broken.ts"
import { md5OfParts } from "./sequential-md5.ts"
import { commitChange } from "./store-refusal.ts"
import {
  loadParts,
  loadUpload,
  placeOf,
  reloadUpload,
  type Upload,
  unmarkUpload,
  uploadWrite,
} from "./uploads.ts"
import { checkAbsent, refuseOverwrite } from "./write.ts"

/** The minimum size of every part but the last. */
const PART_BYTES_MIN = 100 * 1024

/** A part as the client lists it. The ETag is without quotes, in upper case. */
export interface ListedPart {
  readonly partNumber: number
  readonly etag: string
}

/** The parts that make the object: those listed (possibly none), or all uploaded ones. */
export type WantedParts = readonly ListedPart[] | "all"

export interface CompleteOptions {
  readonly forbidOverwrite: boolean
  /** Replaces the ACL that the upload was begun with. */
  readonly acl?: ObjectAcl
}

/**
 * Makes an object from an upload's parts: mark, scan, commit. The mark on the upload's row makes a late part conflict and wait.
 * The version, its pages and the end of the upload are one commit. After a crash in between, the mark is removed by the next
 * caller that meets it, or by the keeper. Needs no operation of the key service. Throws PartMissing, PartsNotAscending,
 * PartTooSmall, UploadNotFound, ObjectExists, and the errors of permissions and of the key's state. After an error the upload
 * is open again.
 */
export async function completeUpload(
  store: ObjectStore,
  opened: Upload,
  wanted: WantedParts,
  options: CompleteOptions,
): Promise<ObjectVersion> {
  checkOrder(wanted)
  const current = await reloadUpload(store, opened)
  selectParts(await loadParts(store, placeOf(current)), wanted)
  if (options.forbidOverwrite) await checkAbsent(store, current)
  // The mark is not removed while this use is in progress.
  const ended = store.uses.begin()
  try {
    return await completeMarked(store, await markUpload(store, current), wanted, options)
  } finally {
    ended()
  }
}

async function completeMarked(
  store: ObjectStore,
  marked: Upload,
  wanted: WantedParts,
  options: CompleteOptions,
): Promise<ObjectVersion> {
  try {
    const parts = selectParts(await loadParts(store, placeOf(marked)), wanted)
    const record = await commitCompletion(store, marked, parts, options)
    const kept = new Set(piecesOf(parts).map(({ blobId }) => blobId))
    store.reclaimer.free([{ kind: "parts", upload: placeOf(marked), kept }])
    return record
  } catch (error) {
    await unmarkUpload(store, marked)
    throw error
  }
}

function checkOrder(wanted: WantedParts): void {
  if (wanted === "all") return
  wanted.forEach((part, index) => {
    const previous = wanted[index - 1]
    if (previous !== undefined && previous.partNumber >= part.partNumber) {
      throw new RuleBroken("PartsNotAscending")
    }
  })
}

function selectParts(uploaded: readonly PartRecord[], wanted: WantedParts): PartRecord[] {
  const parts = wanted === "all" ? [...uploaded] : matchListed(uploaded, wanted)
  if (wanted === "all" && parts.length === 0) throw new RuleBroken("PartMissing")
  for (const part of parts.slice(0, -1)) {
    if (part.sizeBytes < PART_BYTES_MIN) {
      throw new RuleBroken("PartTooSmall", {
        partNumber: part.partNumber,
        etag: part.etag,
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
      throw new RuleBroken("PartMissing", { partNumber, etag })
    }
    return part
  })
}

async function writeState(
  store: ObjectStore,
  upload: Upload,
  state: UploadRecord["state"],
): Promise<Upload> {
  const record = { ...upload.record, state }
  let expect: Version = upload.version
  const { version = upload.version } = await commitChange(store, async ({ isFirst }) => {
    if (!isFirst) expect = (await reloadUpload(store, upload)).version
    return {
      writes: [uploadWrite(upload, upload.uploadId, record, expect)],
      result: undefined,
    }
  })
  return { ...upload, record, version }
}

/** Marks the upload's row. The version of the result is that of the mark. */
function markUpload(store: ObjectStore, upload: Upload): Promise<Upload> {
  return writeState(store, upload, { kind: "completing", gatewayId: store.gatewayId })
}

/** The service's ETag of a multipart object is over the hexadecimal ETags of its parts. Source: the Go SDK's tests. */
export function compositeEtag(parts: readonly Pick<PartRecord, "etag">[]): string {
  const md5 = createHash("md5")
  for (const { etag } of parts) md5.update(etag)
  return `${md5.digest("hex").toUpperCase()}-${parts.length}`
}

/** An empty part has no bytes to read and no entry in a page. Its blob goes with its row. */
function piecesOf(parts: readonly PartRecord[]): PartRecord["piece"][] {
  return parts.map((part) => part.piece).filter(({ sizeBytes }) => sizeBytes > 0)
}

type Joined = Pick<ObjectVersion, "sizeBytes" | "etag" | "crc64">

const JOINED_AT_ONCE = 500

/** Joining ten thousand parts takes longer than other requests should wait, so it pauses in between. */
async function joinParts(parts: readonly PartRecord[]): Promise<Joined> {
  const joined: { crc64: bigint; sizeBytes: number }[] = []
  for (let start = 0; start < parts.length; start += JOINED_AT_ONCE) {
    if (turns.isSpent()) await turns.next()
    const some = parts.slice(start, start + JOINED_AT_ONCE)
    const pieces = some.map(({ crc64, sizeBytes }) => ({ crc64: BigInt(crc64), sizeBytes }))
    joined.push({ crc64: combineCrc64(pieces), sizeBytes: sumOfSizes(pieces) })
  }
  if (turns.isSpent()) await turns.next()
  const md5 = md5OfParts(parts)
  return {
    sizeBytes: sumOfSizes(joined),
    etag: { kind: "composite", text: compositeEtag(parts), ...(md5 === undefined ? {} : { md5 }) },
    crc64: combineCrc64(joined).toString(),
  }
}

function sumOfSizes(pieces: readonly { readonly sizeBytes: number }[]): number {
  return pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

function versionOfParts(
  { record }: Upload,
  joined: Joined,
  lastModifiedMs: number,
  identity: VersionIdentity,
): ObjectVersion {
  const { headers, acl, storageClass, encryption, contentId } = record
  return {
    kind: "object",
    ...identity,
    headers,
    acl,
    storageClass,
    ...joined,
    lastModifiedMs,
    encryption,
    content: { kind: "pieces", contentId },
  }
}

async function commitCompletion(
  store: ObjectStore,
  marked: Upload,
  parts: readonly PartRecord[],
  { forbidOverwrite, acl = marked.record.acl }: CompleteOptions,
): Promise<ObjectVersion> {
  const { bucket, objectKey, uploadId, record } = marked
  const { instanceId: bucketInstanceId } = bucket.record
  const { contentId, encryption } = record
  const lastModifiedMs = store.clock.nowMs()
  const pages = pageWrites(contentId, 0, piecesOf(parts))
  const joined = await joinParts(parts)
  return await replaceCurrent(store, marked, {
    refuseTaken: refuseOverwrite(marked, forbidOverwrite),
    make: (identity) => ({
      record: { ...versionOfParts(marked, joined, lastModifiedMs, identity), acl },
      inline: undefined,
      writes: [
        contentWrite(contentId, {
          bucketInstanceId,
          objectKey,
          versionId: identity.versionId,
        }),
        ...pages,
      ],
    }),
    beside: async ({ isFirst }, current) => {
      if (!isFirst) await checkStillMarked(store, marked)
      const uploadKey = uploadRow(bucketInstanceId, objectKey, uploadId)
      return {
        guards: await checkDataKey(store, { ...marked, bucket: current }, encryption),
        writes: [{ key: uploadKey, value: null, expect: marked.version }],
      }
    },
  })
}

/** Throws if an Abort has ended the upload in the meantime, or the keeper has removed the mark. */
async function checkStillMarked(store: ObjectStore, marked: Upload): Promise<void> {
  const current = await loadUpload(store, marked, marked.uploadId)
  if (current.version === marked.version) return
  throw new RuleBroken("Unavailable", {}, "Another request has changed this upload.")
}

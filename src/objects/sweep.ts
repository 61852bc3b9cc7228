import type { BlobId } from "../storage/blob-store.ts"
import { newCommit } from "../storage/commit.ts"
import type { Row } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { scanAll } from "../storage/scan-all.ts"
import { finishDeletion } from "./buckets.ts"
import {
  BLOB_ROWS,
  blobIdOfBlobRow,
  blobRow,
  BUCKET_ROWS,
  bucketNameOfBucketRow,
  currentRow,
  MANIFEST_ROWS,
  PART_ROWS,
  partRow,
  uploadIdOfRow,
  uploadRow,
} from "./keyspace.ts"
import { decodeManifestPage, readManifest } from "./manifest.ts"
import type { ObjectStore } from "./object-store.ts"
import { freeBlobs } from "./reclaim.ts"
import { decodeBlob, decodeBucket, decodeObject, decodePart, type BlobRecord } from "./records.ts"

export interface SweepReport {
  readonly bucketDeletionsFinished: number
  readonly uploadsFreed: number
  readonly blobsFreed: number
  readonly manifestsFreed: number
  readonly filesDeleted: number
}

const BATCH = 500

/**
 * Finds by comparing records, never by age, what a crash left behind: marked buckets, parts of uploads that are over,
 * blobs that their owner does not name, and files without a record. Safe beside any traffic of this process.
 */
export async function sweep(store: ObjectStore): Promise<SweepReport> {
  return {
    bucketDeletionsFinished: await finishMarkedBuckets(store),
    uploadsFreed: await freeEndedUploads(store),
    blobsFreed: await freeUnnamedBlobs(store),
    manifestsFreed: await freeEmptyManifests(store),
    filesDeleted: await deleteUnrecordedFiles(store),
  }
}

async function finishMarkedBuckets(store: ObjectStore): Promise<number> {
  let finished = 0
  for await (const row of scanAll(store.metadata, prefixBounds(BUCKET_ROWS))) {
    if (decodeBucket(row.value).deleting !== true) continue
    await finishDeletion(store, bucketNameOfBucketRow(row.key))
    finished += 1
  }
  return finished
}

/** Part rows whose upload row is gone: its Complete or Abort did not get to remove them. */
async function freeEndedUploads(store: ObjectStore): Promise<number> {
  const ended = new Set<string>()
  let last = { uploadId: "", isOver: false }
  for await (const row of scanAll(store.metadata, prefixBounds(PART_ROWS))) {
    const uploadId = uploadIdOfRow(row.key)
    if (uploadId !== last.uploadId) {
      last = { uploadId, isOver: await isUploadOver(store, row) }
    }
    if (last.isOver) ended.add(uploadId)
  }
  // Blobs that no manifest names are found by the next step.
  for (const uploadId of ended) store.reclaimer.freeParts(uploadId, "all")
  await store.reclaimer.drained()
  return ended.size
}

async function isUploadOver(store: ObjectStore, row: Row): Promise<boolean> {
  const part = decodePart(row.value)
  const [blob] = await store.metadata.get([blobRow(part.content.blobId)])
  if (blob === undefined) return true
  const { bucketInstanceId, objectKey } = decodeBlob(blob.value)
  const [upload] = await store.metadata.get([
    uploadRow(bucketInstanceId, objectKey, uploadIdOfRow(row.key)),
  ])
  return upload === undefined
}

async function freeUnnamedBlobs(store: ObjectStore): Promise<number> {
  let freed = 0
  for await (const rows of batches(scanAll(store.metadata, prefixBounds(BLOB_ROWS)))) {
    const unnamed: { kind: "inline" | "blob"; blobId: BlobId }[] = []
    for (const row of rows) {
      const blobId = blobIdOfBlobRow(row.key)
      const record = decodeBlob(row.value)
      if (await isNamed(store, blobId, record)) continue
      unnamed.push({ kind: record.inline === undefined ? "blob" : "inline", blobId })
    }
    await freeBlobs(store, unnamed)
    freed += unnamed.length
  }
  return freed
}

/** Pages whose parts are gone: the object was replaced, and freeing it did not come to its end. */
async function freeEmptyManifests(store: ObjectStore): Promise<number> {
  let freed = 0
  for await (const row of scanAll(store.metadata, prefixBounds(MANIFEST_ROWS))) {
    const [part] = decodeManifestPage(row.value)
    const [blob] =
      part === undefined ? [] : await store.metadata.get([blobRow(part.content.blobId)])
    if (blob !== undefined) continue
    const writes = [{ key: row.key, value: null, expect: row.version }]
    await store.metadata.commit(newCommit(store.clock, { guards: [], writes }))
    freed += 1
  }
  return freed
}

/** Whether the part's row, the object's row or its manifest names the blob. */
async function isNamed(store: ObjectStore, blobId: BlobId, record: BlobRecord): Promise<boolean> {
  const { bucketInstanceId, objectKey, part } = record
  const keys = [currentRow(bucketInstanceId, objectKey)]
  if (part !== undefined) keys.push(partRow(part.uploadId, part.partNumber))
  const [objectRow, partOfUpload] = await store.metadata.get(keys)
  if (partOfUpload !== undefined && decodePart(partOfUpload.value).content.blobId === blobId) {
    return true
  }
  if (objectRow === undefined) return false
  const { content } = decodeObject(objectRow.value)
  if (content.kind !== "parts") return content.blobId === blobId
  if (content.uploadId !== part?.uploadId) return false
  const manifest = await readManifest(store.metadata, content)
  return manifest?.some((listed) => listed.content.blobId === blobId) ?? false
}

async function deleteUnrecordedFiles(store: ObjectStore): Promise<number> {
  let deleted = 0
  for await (const blobIds of batches(store.blobs.list())) {
    const idle = blobIds.filter((blobId) => !store.reclaimer.isWriting(blobId))
    const rows = await store.metadata.get(idle.map(blobRow))
    for (const [index, blobId] of idle.entries()) {
      if (rows[index] !== undefined || store.reclaimer.isWriting(blobId)) continue
      await store.blobs.delete(blobId)
      deleted += 1
    }
  }
  return deleted
}

async function* batches<T>(source: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of source) {
    batch.push(item)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

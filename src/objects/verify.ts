import { SealBroken } from "../sealing/seal-broken.ts"
import type { BlobId } from "../storage/blob-store.ts"
import type { Row, StoreKey } from "../storage/metadata-store.ts"
import { prefixBounds, type RowFamily, rowKey } from "../storage/row-keys.ts"
import { keyAfter } from "../storage/scan-all.ts"
import { bucketOf, type Bucket } from "./buckets.ts"
import { readContent } from "./content-read.ts"
import { createDigester, type Digests } from "./digests.ts"
import { unwrapDataKey } from "./encryption.ts"
import { blobIdOfBlobRow, objectKeyOfCurrentRow, uploadOfUploadRow } from "./keyspace.ts"
import { readManifest } from "./manifest.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import {
  decodeBlob,
  decodeObject,
  decodeUpload,
  type EncryptionDescriptor,
  type ObjectRecord,
  type PartRecord,
} from "./records.ts"
import { RuleBroken } from "./rule-broken.ts"
import { loadParts } from "./uploads.ts"
import { etagOfMd5 } from "./write.ts"

/** Something that is not as it was written. */
export interface Finding {
  /** An object as bucket/key, a part as bucket/key?uploadId&partNumber, or a row by its family. */
  readonly what: string
  readonly reason: string
}

export interface VerifySummary {
  objects: number
  parts: number
  blobs: number
  /** Sealed under a CMK that may not be used now: sizes are known, bytes were not opened. */
  notVerified: number
  /** Blobs that nothing names: left by a crash, freed by the next start. */
  leftovers: number
  damaged: number
}

export interface VerifyReport {
  finding(finding: Finding): void
  progress(summary: VerifySummary): void
}

interface Run {
  readonly store: ObjectStore
  readonly report: VerifyReport
  readonly summary: VerifySummary
  readonly named: Set<BlobId>
}

/**
 * Reads every row and opens every byte of every object and part, and compares sizes and digests with what was recorded.
 * Changes nothing. Nobody writes meanwhile.
 */
export async function verifyStore(
  store: ObjectStore,
  report: VerifyReport,
): Promise<VerifySummary> {
  const summary = { objects: 0, parts: 0, blobs: 0, notVerified: 0, leftovers: 0, damaged: 0 }
  const run: Run = { store, report, summary, named: new Set() }
  for await (const row of readRows(run, "bucket")) {
    await verifyBucket(run, bucketOf(row))
  }
  await verifyBlobs(run)
  for (const family of ["bucketKey", "manifest", "part", "cmk", "keyVersion", "alias"] as const) {
    for await (const _row of readRows(run, family)) continue
  }
  return summary
}

function find(run: Run, what: string, reason: string): void {
  run.summary.damaged += 1
  run.report.finding({ what, reason })
}

/** The rows of a family that open; one that does not is found, and passed over. */
async function* readRows(
  run: Run,
  family: RowFamily,
  ...fields: Buffer[]
): AsyncGenerator<Row, void, undefined> {
  const { metadata } = run.store
  const bounds = prefixBounds(rowKey(family, ...fields))
  let from: StoreKey = bounds.from
  for (;;) {
    const [next] = await metadata.scan({ from, to: bounds.to, limit: 1, values: false })
    if (next?.kind !== "row") return
    from = keyAfter(next.key)
    try {
      const [row] = await metadata.get([next.key])
      if (row !== undefined) yield row
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      find(
        run,
        `${family} row ${Buffer.from(next.key).toString("latin1")}`,
        "its value does not open",
      )
    }
  }
}

async function verifyBucket(run: Run, bucket: Bucket): Promise<void> {
  const { instanceId } = bucket.record
  for await (const row of readRows(run, "current", instanceId)) {
    const objectKey = objectKeyOfCurrentRow(row.key) as ObjectKey
    await verifyObject(run, bucket, objectKey, decodeObject(row.value))
    run.summary.objects += 1
    run.report.progress(run.summary)
  }
  for await (const row of readRows(run, "upload", instanceId)) {
    const { objectKey, uploadId } = uploadOfUploadRow(row.key)
    const { encryption } = decodeUpload(row.value)
    for (const part of await loadParts(run.store, uploadId)) {
      const what = `${bucket.name}/${objectKey}?uploadId=${uploadId}&partNumber=${part.partNumber}`
      await verifyContent(run, bucket, objectKey as ObjectKey, { what, encryption, expected: part })
      run.summary.parts += 1
      run.report.progress(run.summary)
    }
  }
}

async function verifyObject(
  run: Run,
  bucket: Bucket,
  objectKey: ObjectKey,
  record: ObjectRecord,
): Promise<void> {
  const what = `${bucket.name}/${objectKey}`
  await verifyContent(run, bucket, objectKey, {
    what,
    encryption: record.encryption,
    expected: record,
  })
}

interface Verified {
  readonly what: string
  readonly encryption: EncryptionDescriptor
  readonly expected: ObjectRecord | PartRecord
}

async function verifyContent(
  run: Run,
  bucket: Bucket,
  objectKey: ObjectKey,
  { what, encryption, expected }: Verified,
): Promise<void> {
  await nameBlobs(run, expected)
  try {
    const dataKey = await unwrapDataKey(run.store, bucket, objectKey, encryption)
    const digests = await digest(run.store, {
      ...expected,
      bucketInstanceId: bucket.record.instanceId,
      dataKey,
    })
    const reason = differenceOf(digests, expected)
    if (reason !== undefined) find(run, what, reason)
  } catch (error) {
    if (error instanceof RuleBroken) run.summary.notVerified += 1
    else find(run, what, error instanceof Error ? error.message : String(error))
  }
}

async function nameBlobs(run: Run, { content }: ObjectRecord | PartRecord): Promise<void> {
  if (content.kind !== "parts") {
    run.named.add(content.blobId)
    return
  }
  const parts = await readManifest(run.store.metadata, content)
  for (const part of parts ?? []) run.named.add(part.content.blobId)
}

async function digest(
  store: ObjectStore,
  sealed: Parameters<typeof readContent>[1],
): Promise<Digests> {
  const digester = await createDigester()
  const range = sealed.sizeBytes === 0 ? undefined : { first: 0, last: sealed.sizeBytes - 1 }
  try {
    for await (const pieces of readContent(store, sealed, range)) {
      for (const piece of pieces) digester.update(piece)
    }
    return digester.final()
  } finally {
    digester.release()
  }
}

function differenceOf(
  { sizeBytes, md5, crc64 }: Digests,
  expected: ObjectRecord | PartRecord,
): string | undefined {
  if (sizeBytes !== expected.sizeBytes)
    return `it has ${sizeBytes} bytes, not ${expected.sizeBytes}`
  if (crc64.toString() !== expected.crc64) return "its CRC-64 differs"
  const isMultipart = "type" in expected && expected.type === "Multipart"
  return isMultipart || etagOfMd5(md5) === expected.etag ? undefined : "its MD5 differs"
}

/** Blobs that no object and no part names, and files without a record. */
async function verifyBlobs(run: Run): Promise<void> {
  const recorded = new Set<BlobId>()
  for await (const row of readRows(run, "blob")) {
    const blobId = blobIdOfBlobRow(row.key)
    run.summary.blobs += 1
    decodeBlob(row.value)
    recorded.add(blobId)
    if (!run.named.has(blobId)) run.summary.leftovers += 1
  }
  for await (const blobId of run.store.blobs.list()) {
    if (!recorded.has(blobId)) run.summary.leftovers += 1
  }
  for (const blobId of run.named) {
    if (!recorded.has(blobId)) find(run, `blob ${blobId}`, "its record is missing")
  }
}

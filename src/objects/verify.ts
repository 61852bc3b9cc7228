import { freedAfterUse } from "../base/free-memory.ts"
import { keeperCaller } from "../identity/caller.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import type { BlobId } from "../storage/blob-store.ts"
import type { Row, StoreKey } from "../storage/metadata-store.ts"
import { prefixBounds, type RowFamily, rowKey } from "../storage/row-keys.ts"
import { keyAfter, scanAll } from "../storage/scan-all.ts"
import { bucketOf, type Bucket } from "./buckets.ts"
import { readContent, type Sealed } from "./content-read.ts"
import { createDigester, type Digests } from "./digests.ts"
import { unwrapDataKey } from "./encryption.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import { decodeBlob, partCodec, uploadCodec } from "./rows/codecs.ts"
import {
  blobIdOfRow,
  blobRow,
  objectKeyOfHeadRow,
  partRowsPrefix,
  uploadOfRow,
  versionOfRow,
} from "./rows/keyspace.ts"
import { createRecount } from "./recount.ts"
import { piecesOfPage, readPages } from "./rows/pieces.ts"
import type { ObjectVersion, PartRecord, VersionRecord } from "./rows/records.ts"
import { tallyOfUpload, tallyOfVersion } from "./rows/tally.ts"
import { versionCodec } from "./rows/version-codec.ts"
import { inlineRowOf } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import type { Target } from "./target.ts"
import { etagOfMd5 } from "./write.ts"
import { md5OfPlaintext } from "./sequential-md5.ts"

/** Something that differs from what was written. */
export interface Finding {
  /** An object as bucket/key, a part as bucket/key?uploadId&partNumber, or the family of a row. */
  readonly what: string
  readonly reason: string
}

export interface VerifySummary {
  objects: number
  parts: number
  blobs: number
  /** Sealed under a CMK that may not be used now: sizes are known, but bytes were not opened. */
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
  /** The number of rows so far that do not open. */
  rowsDamaged: number
}

/**
 * Reads every row and opens every byte of every object and part. Compares sizes and digests with the records, and the rows with
 * the sums that the store keeps. Changes nothing. Nobody else may write at the same time.
 */
export async function verifyStore(
  store: ObjectStore,
  report: VerifyReport,
): Promise<VerifySummary> {
  const summary = { objects: 0, parts: 0, blobs: 0, notVerified: 0, leftovers: 0, damaged: 0 }
  const run: Run = { store, report, summary, named: new Set(), rowsDamaged: 0 }
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

/** The rows of a family that open. One that does not is reported and skipped. */
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
      run.rowsDamaged += 1
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
  const recount = createRecount()
  const damagedBefore = run.rowsDamaged
  for (const family of ["current", "marker", "version"] as const) {
    for await (const row of readRows(run, family, instanceId)) {
      const name =
        family === "version" ? versionOfRow(row.key).objectKey : objectKeyOfHeadRow(row.key)
      const record = versionCodec.decode(row.value)
      recount.add(tallyOfVersion(bucket, family === "version" ? "older" : "current", record))
      await verifyVersion(run, targetOf(run, bucket, name), record)
    }
  }
  for await (const row of readRows(run, "upload", instanceId)) {
    const { objectKey } = uploadOfRow(row.key)
    recount.add(tallyOfUpload(instanceId, uploadCodec.decode(row.value)))
    await verifyUpload(run, targetOf(run, bucket, objectKey), row)
  }
  for await (const { sizeBytes } of readParts(run, rowKey("part", instanceId))) {
    recount.addPart(sizeBytes)
  }
  // It is unknown what a row that does not open counts for.
  const isWhole = run.rowsDamaged === damagedBefore
  const reason = recount.differenceOf(await run.store.metadata.tallies(instanceId))
  if (isWhole && reason !== undefined) find(run, bucket.name, reason)
}

function targetOf(run: Run, bucket: Bucket, objectKey: string): Target {
  const caller = keeperCaller(run.store.clock.nowMs())
  return { caller, bucket, objectKey: objectKey as ObjectKey }
}

async function verifyVersion(run: Run, target: Target, record: VersionRecord): Promise<void> {
  if (record.kind === "marker") return
  const { bucket, objectKey } = target
  const { content, encryption, sizeBytes } = record
  await nameBlobs(run, record)
  const [inline] =
    content.kind === "inline"
      ? await run.store.metadata.get([inlineRowOf(bucket, objectKey, record.versionId)])
      : []
  const version = record.versionId === "null" ? "" : `?versionId=${record.versionId}`
  await verifyContent(run, target, {
    what: `${bucket.name}/${objectKey}${version}`,
    encryption,
    content: { content, sizeBytes, inline },
    expected: record,
    md5: md5OfPlaintext(record.etag),
  })
  run.summary.objects += 1
  run.report.progress(run.summary)
}

async function verifyUpload(run: Run, target: Target, row: Row): Promise<void> {
  const { bucket, objectKey } = target
  const place = uploadOfRow(row.key)
  const { encryption } = uploadCodec.decode(row.value)
  for await (const part of readParts(run, partRowsPrefix(place))) {
    const { blobId, sizeBytes, isInline } = part.piece
    run.named.add(blobId)
    const [blob] = isInline ? await run.store.metadata.get([blobRow(blobId)]) : []
    const inline =
      blob === undefined
        ? undefined
        : { ...blob, value: decodeBlob(blob.value).inline ?? blob.value }
    await verifyContent(run, target, {
      what: `${bucket.name}/${objectKey}?uploadId=${place.uploadId}&partNumber=${part.partNumber}`,
      encryption,
      content: { content: { kind: isInline ? "inline" : "blob", blobId }, sizeBytes, inline },
      expected: part,
      md5: part.etag,
    })
    run.summary.parts += 1
    run.report.progress(run.summary)
  }
}

/** The parts that open. One that does not is reported when the rows of its family are read. */
async function* readParts(run: Run, prefix: StoreKey): AsyncGenerator<PartRecord, void, undefined> {
  const onDamaged = (): void => void (run.rowsDamaged += 1)
  for await (const { value } of scanAll(run.store.metadata, prefixBounds(prefix), { onDamaged })) {
    yield partCodec.decode(value)
  }
}

interface Verified {
  readonly what: string
  readonly encryption: ObjectVersion["encryption"]
  readonly content: Pick<Sealed, "content" | "sizeBytes" | "inline">
  readonly expected: Pick<PartRecord, "sizeBytes" | "crc64">
  /** undefined when the ETag is not an MD5. */
  readonly md5: string | undefined
}

async function verifyContent(run: Run, target: Target, verified: Verified): Promise<void> {
  const { what, encryption, content } = verified
  try {
    const dataKey = await unwrapDataKey(run.store, target, encryption)
    const { instanceId: bucketInstanceId } = target.bucket.record
    const sealed = { ...content, bucketInstanceId, suite: encryption.suite, dataKey }
    const reason = differenceOf(await digest(run.store, sealed), verified)
    if (reason !== undefined) find(run, what, reason)
  } catch (error) {
    if (error instanceof RuleBroken) run.summary.notVerified += 1
    else find(run, what, error instanceof Error ? error.message : String(error))
  }
}

async function nameBlobs(run: Run, { content }: ObjectVersion): Promise<void> {
  if (content.kind === "blob") run.named.add(content.blobId)
  if (content.kind !== "pieces") return
  try {
    for await (const page of readPages(run.store.metadata, content.contentId)) {
      for (const { blobId } of piecesOfPage(page)) run.named.add(blobId)
    }
  } catch (error) {
    // The page is reported when the rows of its family are read.
    if (!(error instanceof SealBroken)) throw error
  }
}

async function digest(store: ObjectStore, sealed: Sealed): Promise<Digests> {
  const digester = createDigester()
  const range = sealed.sizeBytes === 0 ? undefined : { first: 0, last: sealed.sizeBytes - 1 }
  for await (const pieces of readContent(store, sealed, range)) {
    for (const piece of freedAfterUse(pieces)) digester.update(piece)
  }
  return digester.final()
}

function differenceOf(
  { sizeBytes, md5, crc64 }: Digests,
  { expected, md5: expectedMd5 }: Verified,
): string | undefined {
  if (sizeBytes !== expected.sizeBytes)
    return `it has ${sizeBytes} bytes, not ${expected.sizeBytes}`
  if (crc64.toString() !== expected.crc64) return "its CRC-64 differs"
  const isMd5 = expectedMd5 === undefined || etagOfMd5(md5) === expectedMd5
  return isMd5 ? undefined : "its MD5 differs"
}

/** Checks for blobs that no object or part names, and for files without a record. */
async function verifyBlobs(run: Run): Promise<void> {
  const recorded = new Set<BlobId>()
  for await (const row of readRows(run, "blob")) {
    const blobId = blobIdOfRow(row.key)
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

import type { Budget, Job, JobRun } from "../../keeper/job.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { type BlobId, bornMs } from "../../storage/blob-store.ts"
import { newCommit } from "../../storage/commit.ts"
import type { Guard, Row, StoreKey, Write } from "../../storage/metadata-store.ts"
import { getEach } from "../../storage/get-each.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { keyAfter } from "../../storage/scan-all.ts"
import { bucketOf, finishDeletion } from "../buckets.ts"
import type { ObjectStore } from "../object-store.ts"
import { freeBlobs, freeContent } from "../reclaim.ts"
import { contentCodec, decodeBlob, uploadCodec } from "../rows/codecs.ts"
import {
  BLOB_ROWS,
  blobIdOfRow,
  blobRow,
  BUCKET_ROWS,
  CONTENT_ROWS,
  contentIdOfRow,
  PART_ROWS,
  UPLOAD_ROWS,
  uploadOfPartRow,
  uploadOfRow,
  uploadRow,
} from "../rows/keyspace.ts"
import type { UploadRecord } from "../rows/records.ts"
import { tallyOfUpload } from "../rows/tally.ts"
import { createNaming, type Naming } from "./naming.ts"

const HOUR_MS = 3_600_000
const ROWS_PER_STEP = 100

/** Finds what a crash left behind, by comparing records and never by age. */
export function sweepJob(store: ObjectStore): Job {
  return { name: "sweep", everyMs: HOUR_MS, run: (cursor, budget) => sweep(store, cursor, budget) }
}

/** A budget, and what was found out about names during one run. */
interface Run extends Budget {
  readonly naming: Naming
}

interface Step {
  readonly rows: StoreKey
  /** What there is to do with some rows of the family; returns how much was done. */
  readonly handle: (store: ObjectStore, rows: readonly Row[], run: Run) => Promise<number>
}

/** In this order, because a later step finds unnamed what an earlier one ended. */
const STEPS: Readonly<Record<string, Step>> = {
  bucketDeletionsFinished: { rows: BUCKET_ROWS, handle: finishMarkedBuckets },
  completesUndone: { rows: UPLOAD_ROWS, handle: undoAbandonedCompletes },
  partRowsRemoved: { rows: PART_ROWS, handle: removeEndedParts },
  contentsFreed: { rows: CONTENT_ROWS, handle: freeUnnamedContents },
  blobsFreed: { rows: BLOB_ROWS, handle: freeUnnamedBlobs },
}

/** `cursor` is the name of a step and the row key to go on at. Rows that do not open are kept and logged. */
async function sweep(
  store: ObjectStore,
  cursor: string | undefined,
  budget: Budget,
): Promise<JobRun> {
  const run: Run = { ...budget, naming: createNaming(store) }
  const did: Record<string, number> = {}
  const [startName, startKey = ""] = cursor?.split(":", 2) ?? []
  const names = Object.keys(STEPS)
  for (const name of names.slice(Math.max(names.indexOf(startName ?? ""), 0))) {
    const step = STEPS[name]
    if (step === undefined) continue
    const bounds = prefixBounds(step.rows)
    let from: StoreKey =
      name === startName && startKey !== "" ? Buffer.from(startKey, "hex") : bounds.from
    for (;;) {
      if (budget.isSpent()) return { cursor: `${name}:${Buffer.from(from).toString("hex")}`, did }
      const page = await store.metadata.scan({ from, to: bounds.to, limit: ROWS_PER_STEP })
      const rows: Row[] = []
      for (const each of page) {
        if (each.kind === "prefix") continue
        from = keyAfter(each.key)
        if (each.kind === "row") rows.push(each)
        else store.log.warn({ step: name }, "a damaged row is kept as it is")
      }
      did[name] = (did[name] ?? 0) + (await step.handle(store, rows, run))
      if (page.length < ROWS_PER_STEP) break
      await budget.breathe()
    }
  }
  return {
    cursor: undefined,
    did: { ...did, filesSetAside: await setUnrecordedFilesAside(store, budget) },
  }
}

async function finishMarkedBuckets(store: ObjectStore, rows: readonly Row[]): Promise<number> {
  const marked = rows.map(bucketOf).filter(({ record }) => record.state.kind === "deleting")
  for (const { name } of marked) await finishDeletion(store, name)
  return marked.length
}

/** Removes the mark of a Complete whose process is gone, or that failed to remove its mark itself. */
async function undoAbandonedCompletes(
  store: ObjectStore,
  rows: readonly Row[],
  { lease }: Run,
): Promise<number> {
  let undone = 0
  const marked = rows
    .map((row) => ({ ...row, record: uploadCodec.decode(row.value) }))
    .filter(({ record }) => record.state.kind === "completing")
  // Whatever Complete of this process made a mark has ended then; one that ended by itself has taken it back.
  if (marked.some(({ record }) => isOwnMark(record, store))) await store.uses.settled()
  for (const { key, version, record } of marked) {
    const { bucketInstanceId } = uploadOfRow(key)
    const open = uploadCodec.encode({ ...record, state: { kind: "open" } })
    const tally = tallyOfUpload(bucketInstanceId, record)
    const result = await commitOnce(store, lease, [{ key, value: open, expect: version, tally }])
    if (result) undone += 1
  }
  return undone
}

function isOwnMark({ state }: UploadRecord, { gatewayId }: ObjectStore): boolean {
  return state.kind === "completing" && state.gatewayId === gatewayId
}

/** Part rows whose upload row is gone: its Complete or Abort did not get to remove them. */
async function removeEndedParts(
  store: ObjectStore,
  rows: readonly Row[],
  { lease }: Run,
): Promise<number> {
  const uploads = await getEach(
    store.metadata,
    rows.map(({ key }) => {
      const { bucketInstanceId, objectKey, uploadId } = uploadOfPartRow(key)
      return uploadRow(bucketInstanceId, objectKey, uploadId)
    }),
  )
  const ended = rows.filter((_row, index) => uploads[index] === undefined)
  const writes = ended.map(({ key, version }): Write => ({ key, value: null, expect: version }))
  return writes.length > 0 && (await commitOnce(store, lease, writes)) ? writes.length : 0
}

/** Contents of pieces that neither a version nor an upload has. */
async function freeUnnamedContents(
  store: ObjectStore,
  rows: readonly Row[],
  { lease, breathe, naming }: Run,
): Promise<number> {
  let freed = 0
  for (const row of rows) {
    await breathe()
    const contentId = contentIdOfRow(row.key)
    if (await isKept(() => naming.hasContent(contentCodec.decode(row.value), contentId))) continue
    await store.uses.settled()
    if (await isDone(() => freeContent(store, contentId, [lease]))) freed += 1
    else store.log.warn({ contentId }, "pages with a damaged one among them are kept")
  }
  return freed
}

async function freeUnnamedBlobs(
  store: ObjectStore,
  rows: readonly Row[],
  { lease, breathe, naming }: Run,
): Promise<number> {
  const unnamed: BlobId[] = []
  const blobs = rows.map(({ key, value }) => ({
    blobId: blobIdOfRow(key),
    owner: decodeBlob(value).owner,
  }))
  const named = await naming.namedByCurrent(blobs)
  for (const { blobId, owner } of blobs) {
    if (named.has(blobId)) continue
    await breathe()
    if (!(await isKept(() => naming.namesBlob(owner, blobId)))) unnamed.push(blobId)
  }
  if (unnamed.length === 0) return 0
  // Recently displaced blobs may still be read.
  await store.uses.settled()
  await freeBlobs(store, unnamed, [lease])
  return unnamed.length
}

/** false when a row did not open on the way. */
async function isDone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

/** Where a row that decides does not open nothing is known, so what depends on it stays. */
async function isKept(isNamed: () => Promise<boolean>): Promise<boolean> {
  try {
    return await isNamed()
  } catch (error) {
    if (error instanceof SealBroken) return true
    throw error
  }
}

/** One commit under the lease; false when something changed meanwhile, which the next sweep then sees. */
async function commitOnce(
  store: ObjectStore,
  lease: Guard,
  writes: readonly Write[],
): Promise<boolean> {
  const commit = newCommit(store.clock, { guards: [lease], writes, isRelease: true })
  return (await store.metadata.commit(commit)).outcome === "applied"
}

/** A younger file may be of an upload under way, on whatever gateway: its record comes with the upload's commit. */
const SET_ASIDE_AGE_MS = 24 * HOUR_MS

/** So many files without a record at once are no leftovers of a crash: something is wrong with the database. */
const SET_ASIDE_MAX = 1000

/**
 * Files older than a day without a record have no known owner: they are set aside and logged, never unlinked. When
 * there are many, nothing is touched: then the database more likely lacks their records.
 */
async function setUnrecordedFilesAside(store: ObjectStore, budget: Budget): Promise<number> {
  const found: BlobId[] = []
  const bornBeforeMs = store.clock.nowMs() - SET_ASIDE_AGE_MS
  for await (const blobId of store.blobs.list()) {
    if (bornMs(blobId) < bornBeforeMs) found.push(blobId)
    await budget.breathe()
  }
  // By now the writer of each file has ended, so either its record or the file's absence is final.
  await store.uses.settled()
  const unrecorded: BlobId[] = []
  for (let first = 0; first < found.length; first += ROWS_PER_STEP) {
    const blobIds = found.slice(first, first + ROWS_PER_STEP)
    const rows = await getEach(store.metadata, blobIds.map(blobRow))
    unrecorded.push(...blobIds.filter((_blobId, index) => rows[index] === undefined))
    await budget.breathe()
  }
  const count = unrecorded.length
  if (count > SET_ASIDE_MAX) {
    store.log.error({ count }, "many blob files without a record: the sweep leaves them alone")
    return 0
  }
  for (const blobId of unrecorded) {
    await store.blobs.quarantine(blobId)
    await budget.breathe()
  }
  if (count > 0) store.log.warn({ count }, "blob files without a record were set aside")
  return count
}

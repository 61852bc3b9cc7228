import type { Budget, Job, JobRun } from "../../keeper/job.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import type { BlobId } from "../../storage/blob-store.ts"
import { newCommit } from "../../storage/commit.ts"
import type { Guard, Row, StoreKey, Write } from "../../storage/metadata-store.ts"
import { getEach } from "../../storage/get-each.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { keyAfter } from "../../storage/scan-all.ts"
import { bucketOf, finishDeletion } from "../buckets.ts"
import type { ObjectStore } from "../object-store.ts"
import { freeBlobs, freeContent } from "../reclaim.ts"
import { uploadCodec } from "../rows/codecs.ts"
import {
  blobRow,
  BUCKET_ROWS,
  contentRow,
  PART_ROWS,
  UPLOAD_ROWS,
  uploadOfPartRow,
  uploadOfRow,
  uploadRow,
} from "../rows/keyspace.ts"
import type { UploadRecord } from "../rows/records.ts"
import { tallyOfUpload } from "../rows/tally.ts"
import type { Surveyed } from "../survey.ts"
import { createNaming } from "./naming.ts"
import { SET_ASIDE_MAX, unnamedBlobs, unnamedContents } from "./survey.ts"

const HOUR_MS = 3_600_000
const ROWS_PER_PAGE = 100

/** Finds the leftovers of a crash by comparing records, and never by age. */
export function sweepJob(store: ObjectStore): Job {
  return { name: "sweep", everyMs: HOUR_MS, run: (cursor, budget) => sweep(store, cursor, budget) }
}

/** What was done, and where the next bite of the step continues: in hexadecimal, undefined at the end. */
interface Bite {
  readonly done: number
  readonly next: string | undefined
}

/** Does a bounded piece of a step's work. `from` is "" at the beginning. */
type Step = (store: ObjectStore, from: string, budget: Budget) => Promise<Bite>

/** The order matters, because a later step frees what an earlier one left without a name. */
const STEPS: Readonly<Record<string, Step>> = {
  bucketDeletionsFinished: overRows(BUCKET_ROWS, finishMarkedBuckets),
  completesUndone: overRows(UPLOAD_ROWS, undoAbandonedCompletes),
  partRowsRemoved: overRows(PART_ROWS, removeEndedParts),
  contentsFreed: overFound("contents", freeUnnamedContents),
  blobsFreed: overFound("blobs", freeUnnamedBlobs),
  filesSetAside: overFound("files", setAside),
}

/** `cursor` is the name of a step and where it continues. Rows that do not open are kept and logged. */
async function sweep(
  store: ObjectStore,
  cursor: string | undefined,
  budget: Budget,
): Promise<JobRun> {
  const did: Record<string, number> = {}
  if (cursor === undefined) store.damage.beginSurvey()
  const [startName = "", startFrom = ""] = cursor?.split(":", 2) ?? []
  const names = Object.keys(STEPS)
  for (const name of names.slice(Math.max(names.indexOf(startName), 0))) {
    const step = STEPS[name]
    let from: string | undefined = name === startName ? startFrom : ""
    while (step !== undefined && from !== undefined) {
      if (budget.isSpent()) return { cursor: `${name}:${from}`, did }
      const { done, next }: Bite = await step(store, from, budget)
      did[name] = (did[name] ?? 0) + done
      from = next
      await budget.breathe()
    }
  }
  await store.survey.rest()
  store.damage.endSurvey()
  return { cursor: undefined, did }
}

/** A step that reads the rows of a family itself: one row per bucket, upload or part. */
function overRows(
  family: StoreKey,
  handle: (store: ObjectStore, rows: readonly Row[], budget: Budget) => Promise<number>,
): Step {
  const { from: first, to } = prefixBounds(family)
  return async (store, from, budget) => {
    const start = from === "" ? first : Buffer.from(from, "hex")
    const page = await store.metadata.scan({ from: start, to, limit: ROWS_PER_PAGE })
    const rows = page.filter((each) => each.kind === "row")
    warnOfDamaged(store, page.length - rows.length)
    const last = page.at(-1)
    const isLast = page.length < ROWS_PER_PAGE || last === undefined || last.kind === "prefix"
    const next = isLast ? undefined : Buffer.from(keyAfter(last.key)).toString("hex")
    return { done: await handle(store, rows, budget), next }
  }
}

/** A step over the survey's findings. `handle` checks each of them again. */
function overFound(
  what: Surveyed,
  handle: (store: ObjectStore, found: readonly string[], budget: Budget) => Promise<number>,
): Step {
  return async (store, from, budget) => {
    const { found, next, damaged } = await store.survey.look(what, from)
    warnOfDamaged(store, damaged)
    return { done: found.length === 0 ? 0 : await handle(store, found, budget), next }
  }
}

function warnOfDamaged(store: ObjectStore, rows: number): void {
  if (rows === 0) return
  store.damage.noteSurveyed(rows)
  store.log.warn({ rows }, "damaged rows are kept as they are")
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
  { lease }: Budget,
): Promise<number> {
  let undone = 0
  const marked = rows
    .map((row) => ({ ...row, record: uploadCodec.decode(row.value) }))
    .filter(({ record }) => record.state.kind === "completing")
  // Afterwards every Complete of this process that set a mark has ended, and one that ended by itself has removed its mark.
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

/** Removes part rows whose upload row is gone: the Complete or Abort did not finish removing them. */
async function removeEndedParts(
  store: ObjectStore,
  rows: readonly Row[],
  { lease }: Budget,
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

async function freeUnnamedContents(
  store: ObjectStore,
  found: readonly string[],
  { lease, breathe }: Budget,
): Promise<number> {
  const rows = await rowsThatOpen(store, found.map(contentRow))
  let freed = 0
  for (const contentId of await unnamedContents(createNaming(store), rows)) {
    await breathe()
    await store.uses.settled()
    if (await isDone(() => freeContent(store, contentId, [lease]))) freed += 1
    else store.log.warn({ contentId }, "pages with a damaged one among them are kept")
  }
  return freed
}

async function freeUnnamedBlobs(
  store: ObjectStore,
  found: readonly string[],
  { lease }: Budget,
): Promise<number> {
  const rows = await rowsThatOpen(
    store,
    found.map((id) => blobRow(id as BlobId)),
  )
  const unnamed = await unnamedBlobs(createNaming(store), rows)
  if (unnamed.length === 0) return 0
  // Recently displaced blobs may still be read.
  await store.uses.settled()
  await freeBlobs(store, unnamed, [lease])
  return unnamed.length
}

/** The existing ones of some rows. One that does not open stays as it is. */
async function rowsThatOpen(store: ObjectStore, keys: readonly StoreKey[]): Promise<Row[]> {
  const rows = await getEach(store.metadata, keys)
  return rows.filter((row) => row !== undefined && row !== "damaged")
}

/** Returns false when a row did not open on the way. */
async function isDone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

/** One commit under the lease. Returns false when something changed meanwhile; the next sweep sees it. */
async function commitOnce(
  store: ObjectStore,
  lease: Guard,
  writes: readonly Write[],
): Promise<boolean> {
  const commit = newCommit(store.clock, { guards: [lease], writes, isRelease: true })
  return (await store.metadata.commit(commit)).outcome === "applied"
}

/**
 * Files older than a day without a record have no known owner: they are set aside and logged, never unlinked. When
 * there are many, nothing is touched: then the database more likely lacks their records.
 */
async function setAside(
  store: ObjectStore,
  found: readonly string[],
  { breathe }: Budget,
): Promise<number> {
  if (found.length > SET_ASIDE_MAX) {
    const message = "many blob files without a record: the sweep leaves them alone"
    store.log.error({ moreThan: SET_ASIDE_MAX }, message)
    return 0
  }
  // By now the writer of each file has ended, so either its record or the file's absence is final.
  await store.uses.settled()
  const blobIds = found.map((id) => id as BlobId)
  const rows = await getEach(store.metadata, blobIds.map(blobRow))
  const unrecorded = blobIds.filter((_blobId, index) => rows[index] === undefined)
  for (const blobId of unrecorded) {
    await store.blobs.quarantine(blobId)
    await breathe()
  }
  const count = unrecorded.length
  if (count > 0) store.log.warn({ count }, "blob files without a record were set aside")
  return count
}

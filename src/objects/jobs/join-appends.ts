import { freedAfterUse } from "../../base/free-memory.ts"
import { keeperCaller } from "../../identity/caller.ts"
import type { Budget, Job, JobRun } from "../../keeper/job.ts"
import { SealBroken } from "../../sealing/seal-broken.ts"
import { BlobMissing } from "../../storage/blob-store.ts"
import type { Row, StoreKey, Write } from "../../storage/metadata-store.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { keyAfter, scanAll } from "../../storage/scan-all.ts"
import { type Bucket, bucketOf } from "../buckets.ts"
import { readContent } from "../content-read.ts"
import {
  commitContent,
  type Incoming,
  writeContent,
  type WrittenContent,
} from "../content-write.ts"
import { checkDataKey, unwrapDataKey } from "../encryption.ts"
import type { ObjectKey } from "../names.ts"
import type { ObjectStore } from "../object-store.ts"
import { contentCodec } from "../rows/codecs.ts"
import { BUCKET_ROWS, CONTENT_ROWS, contentIdOfRow, manifestOffsetOfRow } from "../rows/keyspace.ts"
import { onlyPieceOf, pageWrites, readPages } from "../rows/pieces.ts"
import type { ContentRecord, ObjectVersion } from "../rows/records.ts"
import { findVersion, type FoundVersion } from "../rows/version-rows.ts"
import { RuleBroken } from "../rule-broken.ts"
import { commitChange } from "../store-refusal.ts"
import type { Target } from "../target.ts"
import { blobWrite } from "../write.ts"

const INTERVAL_MS = 600_000
const CONTENTS_PER_STEP = 100

/** Fewer consecutive pages than this stay as they are. */
const RUN_PAGES_MIN = 8
/** Each page of a run is a write of the one commit that replaces them. */
const RUN_PAGES_MAX = 256
/** A longer piece is not joined again. This bounds what is joined repeatedly. */
const PIECE_BYTES_MAX = 1024 ** 2
const JOINED_BYTES_MAX = 4 * 1024 ** 2

/**
 * Joins the small pieces of an object that many appends made into larger ones, so that a read of the object does not
 * need a read per append. Only the place of the bytes changes. The keeper uses data keys in its own name
 * (docs/decisions/joined-appends.md). Objects under a CMK that may not be used now stay as they are.
 */
export function joinAppendsJob(store: ObjectStore): Job {
  return {
    name: "joinAppends",
    everyMs: INTERVAL_MS,
    run: (cursor, budget) => joinAppends(store, cursor, budget),
  }
}

/** `cursor` is the row key of the content to continue at. Pieces that are already joined form no run. */
async function joinAppends(
  store: ObjectStore,
  cursor: string | undefined,
  budget: Budget,
): Promise<JobRun> {
  const { from: start, to } = prefixBounds(CONTENT_ROWS)
  let from: StoreKey = cursor === undefined ? start : Buffer.from(cursor, "hex")
  let piecesJoined = 0
  for (;;) {
    const rows = await store.metadata.scan({ from, to, limit: CONTENTS_PER_STEP })
    for (const row of rows) {
      if (row.kind === "prefix") continue
      if (budget.isSpent()) {
        return { cursor: Buffer.from(row.key).toString("hex"), did: { piecesJoined } }
      }
      // The sweep reports damaged rows.
      if (row.kind === "row") piecesJoined += await joinContent(store, row, budget)
      from = keyAfter(row.key)
      await budget.breathe()
    }
    if (rows.length < CONTENTS_PER_STEP) return { cursor: undefined, did: { piecesJoined } }
  }
}

/** Consecutive pages of one small piece each. */
interface Run {
  readonly rows: readonly Row[]
  readonly offset: number
  readonly sizeBytes: number
}

/** Joins the pieces of a content until the budget is spent. Returns how many pieces were joined. */
async function joinContent(store: ObjectStore, row: Row, budget: Budget): Promise<number> {
  const contentId = contentIdOfRow(row.key)
  const content = contentCodec.decode(row.value)
  let bucket: Bucket | undefined
  let joined = 0
  try {
    for await (const run of findRuns(store, contentId)) {
      bucket ??= await findBucketOfInstance(store, content.bucketInstanceId)
      if (bucket === undefined) return joined
      const appended = await findAppended(store, bucket, content, contentId)
      if (appended === undefined) return joined
      await joinRun(store, appended, run, budget)
      joined += run.rows.length
      if (budget.isSpent()) return joined
    }
  } catch (error) {
    const isDamage = error instanceof SealBroken || error instanceof BlobMissing
    if (isDamage) store.log.warn({ contentId }, "appended pieces that do not open are not joined")
    // Changed or deleted meanwhile, or its CMK may not be used now: a later run works on the state it finds.
    else if (!(error instanceof RuleBroken)) throw error
  }
  return joined
}

async function* findRuns(
  store: ObjectStore,
  contentId: string,
): AsyncGenerator<Run, void, undefined> {
  let rows: Row[] = []
  let offset = 0
  let sizeBytes = 0
  for await (const page of readPages(store.metadata, contentId)) {
    const piece = onlyPieceOf(page)
    const isSmall = piece !== undefined && piece.sizeBytes < PIECE_BYTES_MAX
    const isNext =
      isSmall &&
      piece.offset === offset + sizeBytes &&
      rows.length < RUN_PAGES_MAX &&
      sizeBytes + piece.sizeBytes <= JOINED_BYTES_MAX
    if (!isNext) {
      if (rows.length >= RUN_PAGES_MIN) yield { rows, offset, sizeBytes }
      rows = []
      offset = manifestOffsetOfRow(page.key)
      sizeBytes = 0
    }
    if (!isSmall) continue
    rows.push(page)
    sizeBytes += piece.sizeBytes
  }
  if (rows.length >= RUN_PAGES_MIN) yield { rows, offset, sizeBytes }
}

/** An appended object, as the keeper finds it. */
interface Appended {
  readonly target: Target
  readonly found: FoundVersion
  readonly record: ObjectVersion
  readonly contentId: string
}

/** undefined when the content does not belong to an appended object, or no longer does. */
async function findAppended(
  store: ObjectStore,
  bucket: Bucket,
  { objectKey, versionId }: ContentRecord,
  contentId: string,
): Promise<Appended | undefined> {
  const caller = keeperCaller(store.clock.nowMs())
  const target: Target = { caller, bucket, objectKey: objectKey as ObjectKey }
  const selector = { kind: "version", versionId } as const
  const found = await findVersion(store, bucket, target.objectKey, selector)
  if (found?.record.kind !== "object") return undefined
  const { record } = found
  const isOwn = record.content.kind === "pieces" && record.content.contentId === contentId
  return isOwn && record.etag.kind === "appended" ? { target, found, record, contentId } : undefined
}

/** Bucket rows are sorted by name, and few objects have enough appends to get here. */
async function findBucketOfInstance(
  store: ObjectStore,
  instanceId: Buffer,
): Promise<Bucket | undefined> {
  const onDamaged = (): void => undefined
  for await (const row of scanAll(store.metadata, prefixBounds(BUCKET_ROWS), { onDamaged })) {
    const bucket = bucketOf(row)
    if (bucket.record.instanceId.equals(instanceId)) return bucket
  }
  return undefined
}

async function joinRun(
  store: ObjectStore,
  appended: Appended,
  run: Run,
  budget: Budget,
): Promise<void> {
  const { target, record } = appended
  const { instanceId: bucketInstanceId } = target.bucket.record
  const { content, encryption, sizeBytes } = record
  const dataKey = await unwrapDataKey(store, target, encryption)
  const { suite } = encryption
  const sealed = { bucketInstanceId, content, sizeBytes, suite, dataKey, inline: undefined }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const range = { first: run.offset, last: run.offset + run.sizeBytes - 1 }
    for await (const pieces of readContent(store, sealed, range)) {
      yield* freedAfterUse(pieces)
      await budget.breathe()
    }
  }
  const incoming: Incoming = { chunks: chunks(), bytesMax: run.sizeBytes }
  const sealing = { kind: "piece", bucketInstanceId, dataKey, suite } as const
  const written = await writeContent(store, sealing, incoming)
  await commitContent(written, () => commitJoined(store, appended, run, written, budget))
  const freed = run.rows.flatMap((row) => onlyPieceOf(row)?.blobId ?? [])
  store.reclaimer.free(freed.map((blobId) => ({ kind: "blob", blobId })))
}

/** One commit without a second attempt: any change in between has won. Throws RuleBroken then. */
async function commitJoined(
  store: ObjectStore,
  { target, found, record, contentId }: Appended,
  { rows, offset, sizeBytes }: Run,
  written: WrittenContent,
  { lease }: Budget,
): Promise<void> {
  const piece = { blobId: written.blobId, sizeBytes, isInline: written.inline !== undefined }
  const pages = pageWrites(contentId, offset, [piece])
  const replaced = rows.map(({ key, version }, index): Write => {
    const page = index === 0 ? pages[0] : undefined
    return { key, value: page?.value ?? null, expect: version }
  })
  await commitChange(store, async ({ isFirst }) => {
    if (!isFirst) throw new RuleBroken("Unavailable", {}, "The object has changed.")
    const { key, version } = found.row
    return {
      guards: [lease, { key, version }, ...(await checkDataKey(store, target, record.encryption))],
      writes: [...replaced, blobWrite(written, { kind: "content", contentId })],
      result: undefined,
    }
  })
}

import { onceEach } from "../../base/once-each.ts"
import { timeOrderedId } from "../../base/random.ts"
import type { Displaced, Expect, Row, Write } from "../../storage/metadata-store.ts"
import { prefixBounds, ROW_FAMILY } from "../../storage/row-keys.ts"
import { keyAfter } from "../../storage/scan-all.ts"
import type { Bucket } from "../buckets.ts"
import type { ObjectKey } from "../names.ts"
import type { ObjectStore } from "../object-store.ts"
import type { Freed } from "../reclaim.ts"
import {
  currentRow,
  inlineRow,
  markerRow,
  nullVersionRow,
  versionRow,
  versionRowsPrefix,
} from "./keyspace.ts"
import type { ObjectVersion, VersionId, VersionOrder, VersionRecord } from "./records.ts"
import { tallyOfVersion } from "./tally.ts"
import { versionCodec } from "./version-codec.ts"

// The rows of one object's versions, and the only code that reads or writes them one by one. The newest version is in
// `current` or, when it is a delete marker, in `marker`; never in both. All others are in `version`, newest first. In a
// bucket that keeps versions, every commit that changes the newest version writes both head rows with what it expects
// of each, so that two such commits cannot both succeed.

/** A version as it was read. */
export interface FoundVersion {
  readonly record: VersionRecord
  readonly row: Row
  readonly isLatest: boolean
  /** The row with the bytes of a small object, if it was read too. */
  readonly inline: Row | undefined
}

export type VersionSelector =
  { readonly kind: "current" } | { readonly kind: "version"; readonly versionId: VersionId }

export const CURRENT: VersionSelector = { kind: "current" }

/** A store returns the same row object while the row is unchanged. */
export const versionOf: (row: Row) => VersionRecord = onceEach(({ value }) =>
  versionCodec.decode(value),
)

/** The record if it is an object's; undefined for a delete marker or no record. */
export function objectOf(record: VersionRecord | undefined): ObjectVersion | undefined {
  return record?.kind === "object" ? record : undefined
}

/** The version that `selector` names, or undefined. Throws SealBroken when its row does not open. */
export async function findVersion(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  selector: VersionSelector,
  { withBytes = false }: FindOptions = {},
): Promise<FoundVersion | undefined> {
  const { instanceId, versioning } = bucket.record
  if (selector.kind === "version") return await findById(store, bucket, objectKey, selector)
  if (versioning !== "never") return newest(await readHead(store, bucket, objectKey))
  const beside = withBytes ? [inlineRow(instanceId, objectKey, "null")] : []
  const [row, bytes] = await store.metadata.get([currentRow(instanceId, objectKey), ...beside])
  if (row === undefined) return undefined
  const record = versionOf(row)
  // Versioning may have been enabled since the bucket was read; then the bytes are not in the null version's row.
  const inline = record.versionId === "null" ? bytes : undefined
  return { record, row, isLatest: true, inline }
}

export interface FindOptions {
  /** Also reads the bytes of a small object, in one snapshot with its record, if one read can do that. */
  readonly withBytes?: boolean
}

/** Finds a version even if it becomes the newest in the meantime: every read includes the head. */
async function findById(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  { versionId }: Extract<VersionSelector, { kind: "version" }>,
): Promise<FoundVersion | undefined> {
  const { instanceId } = bucket.record
  const head = [currentRow(instanceId, objectKey), markerRow(instanceId, objectKey)]
  let order = versionId === "null" ? undefined : versionId
  for (;;) {
    const older = order === undefined ? [] : [versionRow(instanceId, objectKey, order)]
    const index = nullVersionRow(instanceId, objectKey)
    const [current, marker, found, row] = await store.metadata.get([...head, index, ...older])
    const top = newest({ current, marker })
    if (top?.record.versionId === versionId) return top
    if (row !== undefined) {
      const record = versionOf(row)
      if (record.versionId !== versionId) return undefined
      return { record, row, isLatest: false, inline: undefined }
    }
    const before = order
    if (versionId === "null" && found !== undefined) order = orderOfIndex(found)
    if (order === before) return undefined
  }
}

function orderOfIndex({ value }: Row): VersionOrder {
  return Buffer.from(value).toString("hex") as VersionOrder
}

/** The rows that hold the newest version. At most one of them exists. */
export interface Head {
  readonly current: Row | undefined
  readonly marker: Row | undefined
}

export async function readHead(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
): Promise<Head> {
  const { instanceId } = bucket.record
  const [current, marker] = await store.metadata.get([
    currentRow(instanceId, objectKey),
    markerRow(instanceId, objectKey),
  ])
  return { current, marker }
}

export function newest({ current, marker }: Head): FoundVersion | undefined {
  const row = current ?? marker
  if (row === undefined) return undefined
  return { record: versionOf(row), row, isLatest: true, inline: undefined }
}

/** The row that a version is kept in. */
export function currentWrite(
  bucket: Bucket,
  objectKey: ObjectKey,
  record: ObjectVersion,
  expect: Expect,
): Write {
  return {
    key: currentRow(bucket.record.instanceId, objectKey),
    value: versionCodec.encode(record),
    expect,
    tally: tallyOfVersion(bucket, "current", record),
  }
}

/** Makes `record` the newest version, or none. Expects the head as it was read. */
export function headWrites(
  bucket: Bucket,
  objectKey: ObjectKey,
  head: Head,
  record: VersionRecord | undefined,
): Write[] {
  const { instanceId } = bucket.record
  const current = currentRow(instanceId, objectKey)
  const marker = markerRow(instanceId, objectKey)
  const ofCurrent = head.current?.version ?? "absent"
  const ofMarker = head.marker?.version ?? "absent"
  if (record?.kind === "object") {
    return [
      currentWrite(bucket, objectKey, record, ofCurrent),
      { key: marker, value: null, expect: ofMarker },
    ]
  }
  const gone: Write = { key: current, value: null, expect: ofCurrent }
  if (record === undefined) return [gone, { key: marker, value: null, expect: ofMarker }]
  const value = versionCodec.encode(record)
  const tally = tallyOfVersion(bucket, "current", record)
  return [gone, { key: marker, value, expect: ofMarker, tally }]
}

/** Keeps the previously newest version. */
export function keepWrites(bucket: Bucket, objectKey: ObjectKey, record: VersionRecord): Write[] {
  const { instanceId } = bucket.record
  const kept: Write = {
    key: versionRow(instanceId, objectKey, record.order),
    value: versionCodec.encode(record),
    expect: "absent",
    tally: tallyOfVersion(bucket, "older", record),
  }
  if (record.versionId !== "null") return [kept]
  const order = Buffer.from(record.order, "hex")
  return [kept, { key: nullVersionRow(instanceId, objectKey), value: order, expect: "any" }]
}

/** Changes a version where it is stored. */
export function changeWrite(
  bucket: Bucket,
  { row, isLatest }: FoundVersion,
  record: VersionRecord,
): Write {
  const tally = tallyOfVersion(bucket, isLatest ? "current" : "older", record)
  return { key: row.key, value: versionCodec.encode(record), expect: row.version, tally }
}

/** The writes of a version's removal, and what it frees. */
export interface Removal {
  readonly writes: readonly Write[]
  readonly freed: readonly Freed[]
}

export const NOTHING_REMOVED: Removal = { writes: [], freed: [] }

/** Removes the null version if it is among the older ones. */
export async function removeOlderNull(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
): Promise<Removal> {
  const { instanceId } = bucket.record
  const [index] = await store.metadata.get([nullVersionRow(instanceId, objectKey)])
  if (index === undefined) return NOTHING_REMOVED
  const order = orderOfIndex(index)
  const [row] = await store.metadata.get([versionRow(instanceId, objectKey, order)])
  const indexWrite: Write = { key: index.key, value: null, expect: index.version }
  if (row === undefined) return { writes: [indexWrite], freed: [] }
  return {
    writes: [indexWrite, { key: row.key, value: null, expect: row.version }],
    freed: freedOf(versionOf(row)),
  }
}

/** Removes one version for good. If it is the newest, the one before takes its place. */
export async function removeVersion(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  found: FoundVersion,
): Promise<Removal> {
  const { instanceId } = bucket.record
  const { record, row } = found
  const freed = freedOf(record)
  const inline = inlineRemoval(bucket, objectKey, record)
  if (!found.isLatest) {
    const nullIndex: Write[] =
      record.versionId === "null"
        ? [{ key: nullVersionRow(instanceId, objectKey), value: null, expect: "any" }]
        : []
    return {
      writes: [{ key: row.key, value: null, expect: row.version }, ...nullIndex, ...inline],
      freed,
    }
  }
  const head = await readHead(store, bucket, objectKey)
  const next = await newestOlder(store, bucket, objectKey)
  if (next === undefined) {
    return {
      writes: [...headWrites(bucket, objectKey, expecting(head, row), undefined), ...inline],
      freed,
    }
  }
  const promoted = versionOf(next)
  const nullIndex: Write[] =
    promoted.versionId === "null"
      ? [{ key: nullVersionRow(instanceId, objectKey), value: null, expect: "any" }]
      : []
  return {
    writes: [
      ...headWrites(bucket, objectKey, expecting(head, row), promoted),
      { key: next.key, value: null, expect: next.version },
      ...nullIndex,
      ...inline,
    ],
    freed,
  }
}

/** The head, with the row that the decision was based on: a head that changed since makes the commit conflict. */
function expecting(head: Head, row: Row): Head {
  return head.current === undefined ? { ...head, marker: row } : { ...head, current: row }
}

/** The newest of the older versions that opens. One that does not open affects no other. */
async function newestOlder(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
): Promise<Row | undefined> {
  const bounds = prefixBounds(versionRowsPrefix(bucket.record.instanceId, objectKey))
  let { from } = bounds
  for (let limit = 1; ; limit = 100) {
    const page = await store.metadata.scan({ from, to: bounds.to, limit })
    for (const each of page) {
      if (each.kind === "row") return each
      if (each.kind === "damaged") from = keyAfter(each.key)
    }
    if (page.length < limit) return undefined
  }
}

/** The bytes of a small object go with their version, in the same commit. */
export function inlineRemoval(
  bucket: Bucket,
  objectKey: ObjectKey,
  record: VersionRecord,
): Write[] {
  if (record.kind !== "object" || record.content.kind !== "inline") return []
  return [{ key: inlineRowOf(bucket, objectKey, record.versionId), value: null, expect: "unread" }]
}

export function inlineRowOf(
  bucket: Bucket,
  objectKey: ObjectKey,
  versionId: VersionId,
): Uint8Array {
  return inlineRow(bucket.record.instanceId, objectKey, versionId)
}

/** The bytes that nothing names once `record` is gone. Bytes in the inline row are removed with the row. */
export function freedOf(record: VersionRecord): readonly Freed[] {
  if (record.kind === "marker") return []
  const { content } = record
  switch (content.kind) {
    case "inline":
      return []
    case "blob":
      return [{ kind: "blob", blobId: content.blobId }]
    case "pieces":
      return [{ kind: "content", contentId: content.contentId }]
  }
}

/**
 * Returns what to free for rows that a commit replaced unread. What a row that does not open names is unknown, so nothing is
 * freed for it.
 */
export function freedOfDisplaced(displaced: readonly Displaced[] | "unknown"): readonly Freed[] {
  if (displaced === "unknown") return []
  return displaced.flatMap((each) =>
    "damaged" in each || each.key[0] !== ROW_FAMILY.current
      ? []
      : freedOf(versionCodec.decode(each.value)),
  )
}

/** An order after `previous`: the current time's, if that is later. */
export function orderAfter(nowMs: number, previous: VersionOrder | undefined): VersionOrder {
  const order = timeOrderedId(nowMs).toString("hex") as VersionOrder
  if (previous === undefined || order > previous) return order
  const next = (BigInt(`0x${previous}`) + 1n).toString(16).padStart(32, "0")
  return next as VersionOrder
}

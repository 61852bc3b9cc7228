import { compareBytes, utf8 } from "../base/bytes.ts"
import { getEach } from "../storage/get-each.ts"
import { type Row, STORE_LIMITS, type StoreKey, type Version } from "../storage/metadata-store.ts"
import { prefixBounds, type RowFamily, rowKey } from "../storage/row-keys.ts"
import { keyAfter } from "../storage/scan-all.ts"
import type { Bucket } from "./buckets.ts"
import { commonPrefixOf } from "./list.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import {
  currentRow,
  markerRow,
  objectKeyOfHeadRow,
  versionOfRow,
  versionRow,
  versionRowsPrefix,
} from "./rows/keyspace.ts"
import type { VersionId, VersionOrder, VersionRecord } from "./rows/records.ts"
import { findVersion, versionOf } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"

export interface VersionListOptions {
  readonly prefix: string
  readonly delimiter: string
  /** Names before this one are left out, and so is the common prefix that it is or lies in. */
  readonly keyMarker: string
  /** Of the name `keyMarker` only versions older than this one follow; undefined leaves the whole name out. */
  readonly versionIdMarker: VersionId | undefined
  /** Versions and common prefixes together, 1 to 1,000. */
  readonly limit: number
}

export type ListedVersion =
  | {
      readonly kind: "version"
      readonly objectKey: string
      readonly record: VersionRecord
      readonly isLatest: boolean
    }
  | { readonly kind: "prefix"; readonly prefix: string }

export interface VersionPage {
  readonly entries: readonly ListedVersion[]
  readonly isTruncated: boolean
}

type VersionEntry = Extract<ListedVersion, { kind: "version" }>

/** How many times a page is read because its first name was changed meanwhile. */
const ATTEMPTS_MAX = 20

/**
 * One page of all versions of a bucket's objects: names in UTF-8 byte order, each name's versions newest first. The
 * versions of a name are from one moment: the page ends before a name that changed while it was read, and may then be
 * shorter than `limit`. Throws Unavailable when its first name keeps changing.
 */
export async function listVersions(
  store: ObjectStore,
  bucket: Bucket,
  options: VersionListOptions,
): Promise<VersionPage> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const { entries, isTruncated, heads } = await readPage(store, bucket, options)
    const changedAt = await firstChange(store, bucket, heads)
    if (changedAt === undefined) return { entries, isTruncated }
    if (changedAt > 0) return { entries: entries.slice(0, changedAt), isTruncated: true }
  }
  throw new RuleBroken("Unavailable", {}, "The versions change too fast to be listed.")
}

/** The row of a name's newest version as the page saw it, and where the name begins in the page. */
interface SeenHead {
  readonly version: Version | undefined
  readonly index: number
}

interface ReadPage extends VersionPage {
  readonly heads: ReadonlyMap<ObjectKey, SeenHead>
}

async function readPage(
  store: ObjectStore,
  bucket: Bucket,
  options: VersionListOptions,
): Promise<ReadPage> {
  const { prefix, delimiter, limit } = options
  const cursor = createVersionCursor(store, bucket, prefix)
  const isBehindMarker = await startAtMarker(store, bucket, cursor, options)
  const entries: ListedVersion[] = []
  const heads = new Map<ObjectKey, SeenHead>()
  for (let found = await cursor.next(); found !== undefined; found = await cursor.next()) {
    const { entry, row } = found
    const isBehind = isBehindMarker(entry)
    if (isBehind && entries.length === limit) return { entries, isTruncated: true, heads }
    const common = isBehind ? commonPrefixOf(entry.objectKey, prefix, delimiter) : undefined
    if (common !== undefined) {
      entries.push({ kind: "prefix", prefix: common })
      cursor.skipPrefix(common)
      continue
    }
    const objectKey = entry.objectKey as ObjectKey
    if (!heads.has(objectKey)) {
      const version = entry.isLatest ? row.version : undefined
      heads.set(objectKey, { version, index: entries.length })
    }
    if (isBehind) entries.push(entry)
  }
  return { entries, isTruncated: false, heads }
}

const NAMES_PER_GET = STORE_LIMITS.getKeysMax / 2

/**
 * Returns where the first name begins whose newest version has changed since the page was read. A version that moves between
 * the families enters or leaves that place, so it may have been read twice or not at all. A row that does not open counts as
 * unchanged.
 */
async function firstChange(
  store: ObjectStore,
  { record: { instanceId } }: Bucket,
  heads: ReadonlyMap<ObjectKey, SeenHead>,
): Promise<number | undefined> {
  const seen = [...heads]
  for (let first = 0; first < seen.length; first += NAMES_PER_GET) {
    const names = seen.slice(first, first + NAMES_PER_GET)
    const keys = names.flatMap(([objectKey]) => [
      currentRow(instanceId, objectKey),
      markerRow(instanceId, objectKey),
    ])
    const rows = await getEach(store.metadata, keys)
    const changed = names.find(([, { version }], index) => {
      const row = rows[2 * index] ?? rows[2 * index + 1]
      return row !== "damaged" && row?.version !== version
    })
    if (changed !== undefined) return changed[1].index
  }
  return undefined
}

/** Moves the cursor to the marker. Returns a test whether an entry comes after the marker. */
async function startAtMarker(
  store: ObjectStore,
  bucket: Bucket,
  cursor: VersionCursor,
  { prefix, delimiter, keyMarker, versionIdMarker }: VersionListOptions,
): Promise<(entry: VersionEntry) => boolean> {
  if (keyMarker === "") return () => true
  const common = commonPrefixOf(keyMarker, prefix, delimiter)
  if (common !== undefined) {
    cursor.skipPrefix(common)
    return () => true
  }
  const order =
    versionIdMarker === undefined
      ? undefined
      : await orderOf(store, bucket, keyMarker as ObjectKey, versionIdMarker)
  cursor.skipTo(keyMarker, order)
  return ({ objectKey, record }) =>
    objectKey !== keyMarker || (order !== undefined && record.order < order)
}

async function orderOf(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  versionId: VersionId,
): Promise<VersionOrder | undefined> {
  if (versionId !== "null") return versionId
  const found = await findVersion(store, bucket, objectKey, { kind: "version", versionId })
  return found?.record.order
}

/** All versions in the order of the listing. */
interface VersionCursor {
  next(): Promise<{ readonly entry: VersionEntry; readonly row: Row } | undefined>
  /** Continues at the newest version of this name, and then with those older than `order`, or with none. Never goes back. */
  skipTo(objectKey: string, order: VersionOrder | undefined): void
  /** Continues after every name with this prefix. */
  skipPrefix(prefix: string): void
}

/** Merges the families. For each name the head comes first; at most one of its two rows exists. */
function createVersionCursor(store: ObjectStore, bucket: Bucket, prefix: string): VersionCursor {
  const { instanceId } = bucket.record
  const older = (objectKey: string, order: VersionOrder | undefined): StoreKey =>
    order === undefined
      ? prefixBounds(versionRowsPrefix(instanceId, objectKey)).to
      : keyAfter(versionRow(instanceId, objectKey, order))
  const nameOfHead = (row: Row): string => objectKeyOfHeadRow(row.key)
  const families = [
    createFamilyCursor(store, { family: "current", instanceId, prefix, nameOf: nameOfHead }),
    createFamilyCursor(store, { family: "marker", instanceId, prefix, nameOf: nameOfHead }),
    createFamilyCursor(store, {
      family: "version",
      instanceId,
      prefix,
      nameOf: (row) => versionOfRow(row.key).objectKey,
    }),
  ]
  return {
    async next() {
      let first:
        { readonly cursor: FamilyCursor; readonly name: Buffer; readonly row: Row } | undefined
      for (const cursor of families) {
        const row = await cursor.peek()
        if (row === undefined) continue
        const name = utf8(cursor.nameOf(row))
        if (first === undefined || compareBytes(name, first.name) < 0) first = { cursor, name, row }
      }
      if (first === undefined) return undefined
      const { cursor, name, row } = first
      cursor.take()
      const isLatest = cursor.family !== "version"
      const objectKey = name.toString("utf8")
      return { entry: { kind: "version", objectKey, record: versionOf(row), isLatest }, row }
    },
    skipTo(objectKey, order) {
      for (const cursor of families) {
        const isHead = cursor.family !== "version"
        cursor.skip(isHead ? rowKey(cursor.family, instanceId, objectKey) : older(objectKey, order))
      }
    },
    skipPrefix(common) {
      for (const cursor of families) {
        cursor.skip(prefixBounds(rowKey(cursor.family, instanceId, common)).to)
      }
    },
  }
}

interface FamilyCursor {
  readonly family: RowFamily
  readonly nameOf: (row: Row) => string
  peek(): Promise<Row | undefined>
  take(): void
  /** Continues at the first row key from `key` on, if that is ahead. */
  skip(key: StoreKey): void
}

const ROWS_PER_SCAN = 200
/** After a common prefix with more rows than were read: another one like it may follow. */
const ROWS_AFTER_SKIP = 10

function createFamilyCursor(
  store: ObjectStore,
  input: {
    readonly family: RowFamily
    readonly instanceId: Buffer
    readonly prefix: string
    readonly nameOf: (row: Row) => string
  },
): FamilyCursor {
  const { family, nameOf } = input
  const bounds = prefixBounds(rowKey(family, input.instanceId, input.prefix))
  let from = bounds.from
  let limit = ROWS_PER_SCAN
  let isAtEnd = false
  let rows: Row[] = []

  async function fill(): Promise<void> {
    const scanned = await store.metadata.scan({ from, to: bounds.to, limit })
    for (const each of scanned) {
      if (each.kind === "prefix") continue
      from = keyAfter(each.key)
      if (each.kind === "row") rows.push(each)
      else store.log.warn({ family }, "a damaged row is not listed")
    }
    isAtEnd = scanned.length < limit
    limit = Math.min(2 * limit, ROWS_PER_SCAN)
  }

  return {
    family,
    nameOf,
    async peek() {
      while (rows.length === 0 && !isAtEnd) await fill()
      return rows[0]
    },
    take: () => void rows.shift(),
    skip(key) {
      rows = rows.filter((row) => compareBytes(row.key, key) >= 0)
      if (compareBytes(key, from) <= 0) return
      from = key
      limit = ROWS_AFTER_SKIP
    },
  }
}

import { utf8 } from "../base/bytes.ts"
import type { Row, Scanned, StoreKey, Version } from "../storage/metadata-store.ts"
import { prefixBounds } from "../storage/row-keys.ts"
import { keyAfter, type KeyBounds } from "../storage/scan-all.ts"
import type { Bucket } from "./buckets.ts"
import { type ListedRow, type ListedRows, type RowName, rowName } from "./listed-rows.ts"
import type { ObjectStore } from "./object-store.ts"
import { uploadCodec } from "./rows/codecs.ts"
import { currentRow, objectKeyOfHeadRow, uploadOfRow, uploadRowsPrefix } from "./rows/keyspace.ts"
import type { ListedRecord, ObjectVersion, UploadRecord } from "./rows/records.ts"
import { decodeListed, versionCodec } from "./rows/version-codec.ts"

export interface ListOptions {
  readonly prefix: string
  readonly delimiter: string
  /** Names up to and including this one are left out, and so is the common prefix that it is or lies in. */
  readonly after: string
  /** Objects and common prefixes together, 1 to 1,000. */
  readonly limit: number
}

export type ListedObject<Record = ListedRecord> =
  | { readonly kind: "object"; readonly objectKey: string; readonly record: Record }
  | { readonly kind: "prefix"; readonly prefix: string }

export interface ObjectPage<Record = ListedRecord> {
  readonly entries: readonly ListedObject<Record>[]
  readonly isTruncated: boolean
}

/**
 * One page of a bucket's objects in UTF-8 byte order. A common prefix counts as one entry and is skipped as a whole. A
 * row that does not open is skipped and logged.
 */
export function listObjects(
  store: ObjectStore,
  bucket: Bucket,
  options: ListOptions,
): Promise<ObjectPage> {
  return listRows(store, bucket, options, () => shownRows(store.listed))
}

/** The same with the whole records of the objects. */
export function listWholeObjects(
  store: ObjectStore,
  bucket: Bucket,
  options: ListOptions,
): Promise<ObjectPage<ObjectVersion>> {
  return listRows(store, bucket, options, () => ({
    isNeeded: () => true,
    read({ key, value }) {
      const record = versionCodec.decode(value)
      return record.kind === "object" ? { objectKey: objectKeyOfHeadRow(key), record } : undefined
    },
  }))
}

/** How the rows of one scan are read. */
interface RowReader<Record> {
  /** Whether the value of a row is needed to read it. */
  readonly isNeeded: (key: StoreKey, version: Version) => boolean
  /** Returns undefined for a row that is no object. */
  readonly read: (row: Row) => { readonly objectKey: string; readonly record: Record } | undefined
}

/** Takes what lists showed before from `listed`. It may be forgotten there while the scan goes on. */
function shownRows(listed: ListedRows): RowReader<ListedRecord> {
  const shown = new Map<RowName, ListedRow>()
  return {
    isNeeded(key, version) {
      const name = rowName(key)
      const row = listed.find(name, version)
      if (row !== undefined) shown.set(name, row)
      return row === undefined
    },
    read({ key, version, value }) {
      const name = rowName(key)
      const before = shown.get(name)
      if (before !== undefined) return before
      const record = decodeListed(value)
      if (record === undefined) return undefined
      const row = { objectKey: objectKeyOfHeadRow(key), record }
      listed.add(name, version, row)
      return row
    },
  }
}

async function listRows<Record>(
  store: ObjectStore,
  bucket: Bucket,
  options: ListOptions,
  createReader: () => RowReader<Record>,
): Promise<ObjectPage<Record>> {
  const row = (objectKey: string): StoreKey => currentRow(bucket.record.instanceId, objectKey)
  const { to, from: start } = listBounds(row, options)
  const collapse =
    options.delimiter === ""
      ? {}
      : { collapse: { after: row(options.prefix).length, delimiter: utf8(options.delimiter) } }
  const entries: ListedObject<Record>[] = []
  let from = start
  while (entries.length < options.limit) {
    const limit = options.limit - entries.length
    const reader = createReader()
    const values = reader.isNeeded
    const scanned = await store.metadata.scan({ from, to, limit, values, ...collapse })
    const last = scanned.at(-1)
    if (last !== undefined) from = afterScanned(last)
    for (const each of scanned) {
      const entry = listedObject(each, reader)
      if (entry === undefined)
        store.log.warn({ bucket: bucket.name }, "a damaged row is not listed")
      else entries.push(entry)
    }
    if (scanned.length < limit) return { entries, isTruncated: false }
  }
  const rest = await store.metadata.scan({ from, to, limit: 1, values: false })
  return { entries, isTruncated: rest.length > 0 }
}

function listedObject<Record>(
  scanned: Scanned,
  reader: RowReader<Record>,
): ListedObject<Record> | undefined {
  if (scanned.kind === "damaged") return undefined
  if (scanned.kind === "prefix") {
    return { kind: "prefix", prefix: objectKeyOfHeadRow(scanned.prefix) }
  }
  const row = reader.read(scanned)
  return row === undefined ? undefined : { kind: "object", ...row }
}

/** The first key after a scanned row, or after everything under a scanned prefix. */
function afterScanned(scanned: Scanned): StoreKey {
  return scanned.kind === "prefix" ? prefixBounds(scanned.prefix).to : keyAfter(scanned.key)
}

/** The common prefix that contains `objectKey`, or undefined. */
export function commonPrefixOf(
  objectKey: string,
  prefix: string,
  delimiter: string,
): string | undefined {
  if (delimiter === "" || !objectKey.startsWith(prefix)) return undefined
  const at = objectKey.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : objectKey.slice(0, at + delimiter.length)
}

/** Row keys under the prefix and after `after`; empty bounds when `after` is past the prefix. */
function listBounds(row: (objectKey: string) => StoreKey, options: ListOptions): KeyBounds {
  const { prefix, delimiter, after } = options
  const all = prefixBounds(row(prefix))
  if (after === "") return all
  const commonPrefix = commonPrefixOf(after, prefix, delimiter)
  const from =
    commonPrefix === undefined ? keyAfter(row(after)) : prefixBounds(row(commonPrefix)).to
  return { from: Buffer.compare(from, all.from) > 0 ? from : all.from, to: all.to }
}

export interface UploadListOptions {
  readonly prefix: string
  readonly delimiter: string
  readonly keyMarker: string
  /**
   * With `keyMarker`: uploads of that name with a greater id follow too; any text is valid. "" leaves the whole name
   * out.
   */
  readonly uploadIdMarker: string
  readonly limit: number
}

export type ListedUpload =
  | {
      readonly kind: "upload"
      readonly objectKey: string
      readonly uploadId: string
      readonly record: UploadRecord
    }
  | { readonly kind: "prefix"; readonly prefix: string }

export interface UploadPage {
  readonly entries: readonly ListedUpload[]
  readonly isTruncated: boolean
}

const UPLOADS_PER_SCAN = 1000
/** After a common prefix with rows that were read in vain: another one like it may follow. */
const UPLOADS_AFTER_PREFIX = 16

/**
 * One page of a bucket's uploads, by name and then by id. Upload ids are raw bytes after the name, so the delimiter is
 * searched here and not by the store.
 */
export async function listUploads(
  store: ObjectStore,
  bucket: Bucket,
  options: UploadListOptions,
): Promise<UploadPage> {
  const entries: ListedUpload[] = []
  const all = prefixBounds(uploadRowsPrefix(bucket.record.instanceId, options.prefix))
  let from = uploadListStart(bucket, options, all.from)
  let limit = UPLOADS_PER_SCAN
  for (;;) {
    const rows = await store.metadata.scan({ from, to: all.to, limit })
    for (const row of rows) {
      if (row.kind === "prefix" || Buffer.compare(row.key, from) < 0) continue
      if (row.kind === "damaged") {
        from = keyAfter(row.key)
        continue
      }
      if (entries.length === options.limit) return { entries, isTruncated: true }
      const upload = uploadOfRow(row.key)
      const prefix = commonPrefixOf(upload.objectKey, options.prefix, options.delimiter)
      if (prefix === undefined) {
        const { objectKey, uploadId } = upload
        entries.push({ kind: "upload", objectKey, uploadId, record: uploadCodec.decode(row.value) })
        from = keyAfter(row.key)
      } else {
        entries.push({ kind: "prefix", prefix })
        from = prefixBounds(uploadRowsPrefix(bucket.record.instanceId, prefix)).to
      }
    }
    const last = rows.at(-1)
    if (last === undefined || last.kind === "prefix" || rows.length < limit) {
      return { entries, isTruncated: false }
    }
    const isPastLast = Buffer.compare(from, keyAfter(last.key)) > 0
    limit = isPastLast ? UPLOADS_AFTER_PREFIX : Math.min(2 * limit, UPLOADS_PER_SCAN)
  }
}

/** The first digits of the first id that is after the marker in the order of their text; undefined when no id is. */
function firstDigitsAfter(uploadIdMarker: string): string | undefined {
  const [digits = ""] = /^[0-9A-F]{0,32}/.exec(uploadIdMarker) ?? []
  const next = uploadIdMarker.charAt(digits.length)
  if (digits.length < 32 && next < "A") return next > "9" ? `${digits}A` : digits
  const raised = digits.replace(/F+$/, "")
  if (raised === "") return undefined
  const lastDigit = Number.parseInt(raised.slice(-1), 16) + 1
  return raised.slice(0, -1) + lastDigit.toString(16).toUpperCase()
}

function uploadListStart(bucket: Bucket, options: UploadListOptions, start: StoreKey): StoreKey {
  const { keyMarker, uploadIdMarker, prefix, delimiter } = options
  if (keyMarker === "") return start
  const { instanceId } = bucket.record
  const commonPrefix = commonPrefixOf(keyMarker, prefix, delimiter)
  const ofMarker = Buffer.concat([uploadRowsPrefix(instanceId, keyMarker), Buffer.of(0)])
  const digits = uploadIdMarker === "" ? undefined : firstDigitsAfter(uploadIdMarker)
  const from =
    commonPrefix !== undefined
      ? prefixBounds(uploadRowsPrefix(instanceId, commonPrefix)).to
      : digits === undefined
        ? prefixBounds(ofMarker).to
        : Buffer.concat([ofMarker, Buffer.from(digits.padEnd(32, "0"), "hex")])
  return Buffer.compare(from, start) > 0 ? from : start
}

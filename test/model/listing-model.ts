// Listings according to the OSS rules: names in the order of their UTF-8 bytes, common prefixes counted once.
import type { BucketModel, ObjectVersion, Version } from "./bucket-model.ts"
import { currentOf } from "./bucket-model.ts"

export interface ListQuery {
  readonly prefix: string
  readonly delimiter: string
  readonly limit: number
}

export type Entry<T> =
  { readonly kind: "item"; readonly name: string; readonly item: T } | PrefixEntry

export interface PrefixEntry {
  readonly kind: "prefix"
  readonly name: string
}

export interface Page<T> {
  readonly entries: readonly Entry<T>[]
  readonly isTruncated: boolean
}

export function compareNames(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

function commonPrefixOf(name: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === "" || !name.startsWith(prefix)) return undefined
  const at = name.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : name.slice(0, at + delimiter.length)
}

/** Items in their given order, with those under a common prefix folded into it. */
function fold<T>(
  items: readonly { readonly name: string; readonly item: T }[],
  query: ListQuery,
): Entry<T>[] {
  const entries: Entry<T>[] = []
  for (const { name, item } of items) {
    if (!name.startsWith(query.prefix)) continue
    const common = commonPrefixOf(name, query)
    if (common === undefined) entries.push({ kind: "item", name, item })
    else if (entries.at(-1)?.name !== common) entries.push({ kind: "prefix", name: common })
  }
  return entries
}

function pageOf<T>(entries: readonly Entry<T>[], limit: number): Page<T> {
  return { entries: entries.slice(0, limit), isTruncated: entries.length > limit }
}

/** Whether an entry comes after a marker. A common prefix that contains the marker does not. */
function isBehind(name: string, marker: string, query: ListQuery): boolean {
  if (marker === "") return true
  const common = commonPrefixOf(marker, query)
  return compareNames(name, common ?? marker) > 0
}

function sortedNames(names: Iterable<string>): string[] {
  return [...names].sort(compareNames)
}

/** ListObjects and ListObjectsV2: the current versions after `marker`. */
export function listObjects(
  bucket: BucketModel,
  query: ListQuery & { readonly marker: string },
): Page<ObjectVersion> {
  const items = sortedNames(bucket.versions.keys()).flatMap((name) => {
    const item = currentOf(bucket, name)
    return item === undefined ? [] : [{ name, item }]
  })
  const entries = fold(items, query).filter(({ name }) => isBehind(name, query.marker, query))
  return pageOf(entries, query.limit)
}

export interface ListedVersion {
  readonly version: Version
  readonly isLatest: boolean
}

/**
 * ListObjectVersions: every version, the newest of each name first, after a name, or after one version of it. A version
 * id that the name does not have skips the whole name.
 */
export function listVersions(
  bucket: BucketModel,
  query: ListQuery & { readonly keyMarker: string; readonly versionIdMarker: string },
): Page<ListedVersion> {
  const { keyMarker, versionIdMarker } = query
  const items = sortedNames(bucket.versions.keys()).flatMap((name) =>
    (bucket.versions.get(name) ?? []).map((version, index) => ({
      name,
      item: { version, isLatest: index === 0 },
    })),
  )
  const start = items.findIndex(
    ({ name, item }) => name === keyMarker && item.version.versionId === versionIdMarker,
  )
  const isUnderPrefix = commonPrefixOf(keyMarker, query) !== undefined
  const entries = fold(
    items.filter(({ name }, index) => {
      if (name === keyMarker && start !== -1 && !isUnderPrefix) return index > start
      return true
    }),
    query,
  ).filter(
    (entry) =>
      isBehind(entry.name, keyMarker, query) ||
      (entry.kind === "item" && entry.name === keyMarker && start !== -1),
  )
  return pageOf(entries, query.limit)
}

export interface ListedUpload {
  readonly uploadId: string
}

/** ListMultipartUploads: by name and then by id, which ascends with time. */
export function listUploads(
  bucket: BucketModel,
  query: ListQuery & { readonly keyMarker: string; readonly uploadIdMarker: string },
): Page<ListedUpload> {
  const { keyMarker, uploadIdMarker } = query
  const items = [...bucket.uploads]
    .map(([uploadId, { objectKey }]) => ({ name: objectKey, item: { uploadId } }))
    .sort(
      (left, right) =>
        compareNames(left.name, right.name) || (left.item.uploadId < right.item.uploadId ? -1 : 1),
    )
  const entries = fold(items, query).filter(
    (entry) =>
      isBehind(entry.name, keyMarker, query) ||
      (entry.kind === "item" &&
        entry.name === keyMarker &&
        uploadIdMarker !== "" &&
        entry.item.uploadId > uploadIdMarker),
  )
  return pageOf(entries, query.limit)
}

import { isoTime } from "../base/clock.ts"
import type { ListedObject } from "../objects/list.ts"
import { ownerElement } from "./acl-xml.ts"
import type { NameEncoding } from "./list-parameters.ts"
import { quoted, TYPE_OF_ETAG } from "./object-headers.ts"
import type { Settings } from "./operation.ts"
import { escapeText, writeElement, type XmlElement } from "../base/xml-write.ts"

/** Contents and then CommonPrefixes, as both list operations return them. Listings never show encryption. */
export function listedElements(
  entries: readonly ListedObject[],
  { encode }: NameEncoding,
  owner: Settings | undefined,
): XmlElement[] {
  const ownerMarkup = owner === undefined ? "" : writeElement(ownerElement(owner))
  const contents = entries.flatMap((entry): XmlElement[] => {
    if (entry.kind === "prefix") return []
    const { record } = entry
    const markup =
      `<Key>${escapeText(encode(entry.objectKey))}</Key>` +
      `<LastModified>${isoTime(record.lastModifiedMs)}</LastModified>` +
      `<ETag>${quoted(record.etag)}</ETag>` +
      `<Type>${TYPE_OF_ETAG[record.etag.kind]}</Type>` +
      `<Size>${record.sizeBytes}</Size>` +
      `<StorageClass>${record.storageClass}</StorageClass>${ownerMarkup}`
    return [["Contents", { markup }]]
  })
  return [...contents, ...prefixElements(entries, encode)]
}

/** The common prefixes among the entries of a page. */
export function prefixElements(
  entries: readonly ({ readonly kind: string } | { kind: "prefix"; prefix: string })[],
  encode: (name: string) => string,
): XmlElement[] {
  return entries.flatMap((entry): XmlElement[] =>
    "prefix" in entry ? [["CommonPrefixes", [["Prefix", encode(entry.prefix)]]]] : [],
  )
}

/** The name that ends a page: the next page begins after it. */
export function lastName(entries: readonly ListedObject[]): string {
  const last = entries.at(-1)
  if (last === undefined) return ""
  return last.kind === "prefix" ? last.prefix : last.objectKey
}

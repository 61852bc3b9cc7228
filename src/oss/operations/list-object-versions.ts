import { isoTime } from "../../base/clock.ts"
import { type ListedVersion, listVersions } from "../../objects/list-versions.ts"
import { ownerElement } from "../acl-xml.ts"
import { invalidArgument } from "../errors.ts"
import {
  type NameEncoding,
  readName,
  namesDocument,
  readNameEncoding,
  readPageSize,
} from "../list-parameters.ts"
import { prefixElements } from "../listing-xml.ts"
import { quoted, TYPE_OF_ETAG } from "../object-headers.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation, Settings } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { parseVersionId } from "../version-id.ts"
import type { XmlElement } from "../../base/xml-write.ts"

/** Works on every bucket: where versions were never kept, each object is a version named "null". */
export const listObjectVersions: BucketOperation = {
  name: "ListObjectVersions",
  target: "bucket",
  match: { method: "GET", subresource: "versions" },
  needs: ofBucket("oss:ListObjectVersions"),
  acl: "bucket-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, settings }) {
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-keys", { fallback: 100, max: 1000 })
    const prefix = readName(request, "prefix")
    const delimiter = readName(request, "delimiter")
    const { keyMarker, versionIdMarker } = readMarkers(request)
    const { entries, isTruncated } = await listVersions(store, bucket, {
      prefix,
      delimiter,
      keyMarker,
      versionIdMarker: versionIdMarker === "" ? undefined : parseMarker(versionIdMarker),
      limit,
    })
    const next = isTruncated ? entries.at(-1) : undefined
    const root = namesDocument(encoding, (names): XmlElement => [
      "ListVersionsResult",
      [
        ["Name", bucket.name],
        ["Prefix", names.encode(prefix)],
        ["KeyMarker", names.encode(keyMarker)],
        ["VersionIdMarker", versionIdMarker],
        ["MaxKeys", limit],
        ["Delimiter", names.encode(delimiter)],
        ["EncodingType", names.element],
        ["IsTruncated", isTruncated],
        ...nextMarkers(next, names),
        ...entries.flatMap((entry) => versionElement(entry, names, settings)),
        ...prefixElements(entries, names.encode),
      ],
    ])
    return { status: 200, body: { kind: "xml", root } }
  },
}

function readMarkers(request: OssRequest): { keyMarker: string; versionIdMarker: string } {
  const keyMarker = readName(request, "key-marker")
  const versionIdMarker = request.parameter("version-id-marker") ?? ""
  if (keyMarker !== "" || versionIdMarker === "") return { keyMarker, versionIdMarker }
  throw invalidArgument("A version-id-marker cannot be specified without a key-marker.", {
    name: "version-id-marker",
    value: versionIdMarker,
  })
}

function parseMarker(value: string): ReturnType<typeof parseVersionId> {
  return parseVersionId(value, "version-id-marker")
}

/**
 * After a page that ends with a common prefix, the next page begins after all of that prefix. The marker of a null
 * version is its place among the others: "null" would lead nowhere once the version is deleted, and clients that empty
 * a bucket page by page delete it.
 */
function nextMarkers(next: ListedVersion | undefined, { encode }: NameEncoding): XmlElement[] {
  if (next === undefined) return []
  if (next.kind === "prefix") return [["NextKeyMarker", encode(next.prefix)]]
  return [
    ["NextKeyMarker", encode(next.objectKey)],
    ["NextVersionIdMarker", next.record.order],
  ]
}

function versionElement(
  entry: ListedVersion,
  { encode }: NameEncoding,
  settings: Settings,
): XmlElement[] {
  if (entry.kind === "prefix") return []
  const { objectKey, record, isLatest } = entry
  const common: XmlElement[] = [
    ["Key", encode(objectKey)],
    ["VersionId", record.versionId],
    ["IsLatest", isLatest],
    ["LastModified", isoTime(record.lastModifiedMs)],
  ]
  if (record.kind === "marker") return [["DeleteMarker", [...common, ownerElement(settings)]]]
  return [
    [
      "Version",
      [
        ...common,
        ["ETag", quoted(record.etag)],
        ["Type", TYPE_OF_ETAG[record.etag.kind]],
        ["Size", record.sizeBytes],
        ["StorageClass", record.storageClass],
        ownerElement(settings),
      ],
    ],
  ]
}

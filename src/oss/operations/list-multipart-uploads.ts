import { isoTime } from "../../base/clock.ts"
import { parseUploadId } from "../../objects/rows/keyspace.ts"
import { type ListedUpload, listUploads } from "../../objects/list.ts"
import { invalidArgument } from "../errors.ts"
import { readName, readNameEncoding, readPageSize } from "../list-parameters.ts"
import { prefixElements } from "../listing-xml.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const listMultipartUploads: BucketOperation = {
  name: "ListMultipartUploads",
  target: "bucket",
  match: { method: "GET", subresource: "uploads" },
  permission: "oss:ListMultipartUploads",
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket }) {
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-uploads", { fallback: 1000, max: 1000 })
    const prefix = readName(request, "prefix")
    const delimiter = readName(request, "delimiter")
    const keyMarker = readName(request, "key-marker")
    const uploadIdMarker = readUploadIdMarker(readName(request, "upload-id-marker"))
    const options = { prefix, delimiter, keyMarker, uploadIdMarker, limit }
    const page = await listUploads(store, bucket, options)
    const next = markersAfter(page.isTruncated ? page.entries.at(-1) : undefined)
    const { encode } = encoding
    const root: XmlElement = [
      "ListMultipartUploadsResult",
      [
        ["EncodingType", encoding.element],
        ["Bucket", bucket.name],
        ["KeyMarker", encode(keyMarker)],
        ["UploadIdMarker", uploadIdMarker],
        ["NextKeyMarker", encode(next.objectKey)],
        ["NextUploadIdMarker", next.uploadId],
        ["Delimiter", encode(delimiter)],
        ["Prefix", encode(prefix)],
        ["MaxUploads", limit],
        ["IsTruncated", page.isTruncated],
        ...page.entries.flatMap((entry) => uploadElement(entry, encode)),
        ...prefixElements(page.entries, encode),
      ],
    ]
    return { status: 200, body: { kind: "xml", root } }
  },
}

function uploadElement(entry: ListedUpload, encode: (name: string) => string): XmlElement[] {
  if (entry.kind === "prefix") return []
  return [
    [
      "Upload",
      [
        ["Key", encode(entry.objectKey)],
        ["UploadId", entry.uploadId],
        ["StorageClass", entry.record.storageClass],
        ["Initiated", isoTime(entry.record.initiatedMs)],
      ],
    ],
  ]
}

function readUploadIdMarker(value: string): string {
  if (value === "" || parseUploadId(value) !== undefined) return value
  throw invalidArgument("The marker must be an upload id.", { name: "upload-id-marker", value })
}

function markersAfter(last: ListedUpload | undefined): { objectKey: string; uploadId: string } {
  if (last === undefined) return { objectKey: "", uploadId: "" }
  return last.kind === "prefix"
    ? { objectKey: last.prefix, uploadId: "" }
    : { objectKey: last.objectKey, uploadId: last.uploadId }
}

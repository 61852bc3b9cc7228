import { isoTime } from "../../base/clock.ts"
import { type ListedUpload, listUploads } from "../../objects/list.ts"
import { readName, namesDocument, readNameEncoding, readPageSize } from "../list-parameters.ts"
import { prefixElements } from "../listing-xml.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const listMultipartUploads: BucketOperation = {
  name: "ListMultipartUploads",
  target: "bucket",
  match: { method: "GET", subresource: "uploads" },
  needs: ofBucket("oss:ListMultipartUploads"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket }) {
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-uploads", { fallback: 1000, max: 1000 })
    const prefix = readName(request, "prefix")
    const delimiter = readName(request, "delimiter")
    const keyMarker = readName(request, "key-marker")
    const uploadIdMarker = readName(request, "upload-id-marker")
    const options = { prefix, delimiter, keyMarker, uploadIdMarker, limit }
    const page = await listUploads(store, bucket, options)
    const next = markersAfter(page.entries.at(-1))
    const root = namesDocument(encoding, (names): XmlElement => [
      "ListMultipartUploadsResult",
      [
        ["EncodingType", names.element],
        ["Bucket", bucket.name],
        ["KeyMarker", names.encode(keyMarker)],
        ["UploadIdMarker", names.encode(uploadIdMarker)],
        ["NextKeyMarker", names.encode(next.objectKey)],
        ["NextUploadIdMarker", next.uploadId],
        ["Delimiter", names.encode(delimiter)],
        ["Prefix", names.encode(prefix)],
        ["MaxUploads", limit],
        ["IsTruncated", page.isTruncated],
        ...page.entries.flatMap((entry) => uploadElement(entry, names.encode)),
        ...prefixElements(page.entries, names.encode),
      ],
    ])
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

/** The last page reports it too, as in the service. */
function markersAfter(last: ListedUpload | undefined): { objectKey: string; uploadId: string } {
  if (last === undefined) return { objectKey: "", uploadId: "" }
  return last.kind === "prefix"
    ? { objectKey: last.prefix, uploadId: "" }
    : { objectKey: last.objectKey, uploadId: last.uploadId }
}

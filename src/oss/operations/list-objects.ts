import { listObjects as listPage } from "../../objects/list.ts"
import { readName, namesDocument, readNameEncoding, readPageSize } from "../list-parameters.ts"
import { lastName, listedElements } from "../listing-xml.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const listObjects: BucketOperation = {
  name: "ListObjects",
  target: "bucket",
  match: { method: "GET", subresource: null, listType2: false },
  needs: ofBucket("oss:ListObjects"),
  acl: "bucket-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, settings }) {
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-keys", { fallback: 100, max: 1000 })
    const prefix = readName(request, "prefix")
    const delimiter = readName(request, "delimiter")
    const marker = readName(request, "marker")
    const page = await listPage(store, bucket, { prefix, delimiter, after: marker, limit })
    const root = namesDocument(encoding, (names): XmlElement => [
      "ListBucketResult",
      [
        ["Name", bucket.name],
        ["Prefix", names.encode(prefix)],
        ["Marker", names.encode(marker)],
        ["MaxKeys", limit],
        ["Delimiter", names.encode(delimiter)],
        ["EncodingType", names.element],
        ["IsTruncated", page.isTruncated],
        ["NextMarker", page.isTruncated ? names.encode(lastName(page.entries)) : undefined],
        ...listedElements(page.entries, names, settings),
      ],
    ])
    return { status: 200, body: { kind: "xml", root } }
  },
}

import { namesDocument, readName, readNameEncoding, readPageSize } from "../list-parameters.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

/** There are no live channels; clients ask before they delete a bucket. */
export const listLiveChannel: BucketOperation = {
  name: "ListLiveChannel",
  target: "bucket",
  match: { method: "GET", subresource: "live" },
  needs: ofBucket("oss:ListLiveChannel"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run({ request }) {
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-keys", { fallback: 100, max: 1000 })
    const prefix = readName(request, "prefix")
    const marker = readName(request, "marker")
    const root = namesDocument(encoding, (names): XmlElement => [
      "ListLiveChannelResult",
      [
        ["Prefix", names.encode(prefix)],
        ["Marker", names.encode(marker)],
        ["MaxKeys", limit],
        ["EncodingType", names.element],
        ["IsTruncated", false],
        ["NextMarker", ""],
      ],
    ])
    return Promise.resolve({ status: 200, body: { kind: "xml", root } })
  },
}

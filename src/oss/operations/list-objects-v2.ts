import { listObjects } from "../../objects/list.ts"
import { isListName } from "../../objects/names.ts"
import { invalidArgument } from "../errors.ts"
import { readName, namesDocument, readNameEncoding, readPageSize } from "../list-parameters.ts"
import { lastName, listedElements } from "../listing-xml.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const listObjectsV2: BucketOperation = {
  name: "ListObjectsV2",
  target: "bucket",
  match: { method: "GET", subresource: null, listType2: true },
  needs: ofBucket("oss:ListObjects"),
  acl: "bucket-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, settings }) {
    const encoding = readNameEncoding(request)
    const limit = readPageSize(request, "max-keys", { fallback: 100, max: 1000 })
    const prefix = readName(request, "prefix")
    const delimiter = readName(request, "delimiter")
    const startAfter = readName(request, "start-after")
    const token = readToken(request)
    const after = token ?? startAfter
    const page = await listObjects(store, bucket, { prefix, delimiter, after, limit })
    const withOwner = request.parameter("fetch-owner") === "true"
    const root = namesDocument(encoding, (names): XmlElement => [
      "ListBucketResult",
      [
        ["Name", bucket.name],
        ["Prefix", names.encode(prefix)],
        ["StartAfter", startAfter === "" ? undefined : names.encode(startAfter)],
        ["ContinuationToken", token === undefined ? undefined : encodeToken(token)],
        ["MaxKeys", limit],
        ["Delimiter", names.encode(delimiter)],
        ["EncodingType", names.element],
        ["IsTruncated", page.isTruncated],
        [
          "NextContinuationToken",
          page.isTruncated ? encodeToken(lastName(page.entries)) : undefined,
        ],
        ["KeyCount", page.entries.length],
        ...listedElements(page.entries, names, withOwner ? settings : undefined),
      ],
    ])
    return { status: 200, body: { kind: "xml", root } }
  },
}

/** A token is the last name of the previous page, in a form that clients do not mistake for a name. */
function encodeToken(name: string): string {
  return Buffer.from(name).toString("base64")
}

function readToken(request: OssRequest): string | undefined {
  const value = request.parameter("continuation-token") ?? ""
  if (value === "") return undefined
  const name = Buffer.from(value, "base64").toString()
  if (name !== "" && isListName(name) && encodeToken(name) === value) return name
  throw invalidArgument("The continuation token is not valid.", {
    name: "continuation-token",
    value,
  })
}

import { isoTime } from "../../base/clock.ts"
import { type Bucket, listBuckets as listBucketsOf } from "../../objects/buckets.ts"
import { ownerElement } from "../acl-xml.ts"
import { endpoints } from "../endpoints.ts"
import { readName, readPageSize } from "../list-parameters.ts"
import { ofAccount } from "../needs.ts"
import { invalidArgument } from "../errors.ts"
import type { OssRequest } from "../request.ts"
import type { ServiceOperation, Settings } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const listBuckets: ServiceOperation = {
  name: "ListBuckets",
  target: "service",
  match: { method: "GET", subresource: null },
  needs: ofAccount("oss:ListBuckets"),
  acl: "account",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, settings, caller }) {
    const limit = readPageSize(request, "max-keys", { fallback: 100, max: 1000 })
    const prefix = readPrefix(request)
    const marker = readName(request, "marker")
    const { principal } = caller
    const ownerId = principal.kind === "account" ? principal.accountId : ""
    const page = await listBucketsOf(store, { ownerId, prefix, marker, limit })
    const isTruncated = page.nextMarker !== undefined
    const paging: XmlElement[] = [
      ["Prefix", prefix],
      ["Marker", marker],
      ["MaxKeys", limit],
      ["IsTruncated", isTruncated],
      ["NextMarker", page.nextMarker],
    ]
    const root: XmlElement = [
      "ListAllMyBucketsResult",
      [
        ...(isTruncated || prefix !== "" || marker !== "" ? paging : []),
        ownerElement(settings),
        ["Buckets", page.buckets.map((bucket) => bucketElement(bucket, settings))],
      ],
    ]
    return { status: 200, body: { kind: "xml", root } }
  },
}

/**
 * Throws InvalidArgument for a prefix that no bucket name can begin with. Source: the service's page of this EC, Go
 * v1's suite.
 */
function readPrefix(request: OssRequest): string {
  const value = readName(request, "prefix")
  if (/^([a-z0-9][a-z0-9-]{0,62})?$/.test(value)) return value
  throw invalidArgument(
    "The prefix is not the beginning of a bucket name.",
    { name: "prefix", value },
    "0017-00000290",
  )
}

function bucketElement({ name, record }: Bucket, settings: Settings): XmlElement {
  const { extranet, intranet, location } = endpoints(settings)
  return [
    "Bucket",
    [
      ["CreationDate", isoTime(record.createdMs)],
      ["ExtranetEndpoint", extranet],
      ["IntranetEndpoint", intranet],
      ["Location", location],
      ["Name", name],
      ["Region", settings.region],
      ["StorageClass", record.storageClass],
    ],
  ]
}

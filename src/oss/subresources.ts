/**
 * Query parameters that name an operation: a request with one of them never falls through to the plain operation.
 * Source: the lists of signed sub-resources in the SDKs, without those that only modify an operation.
 */
export const SUBRESOURCES: ReadonlySet<string> = new Set([
  "accessPoint",
  "accessPointForObjectProcess",
  "accessPointPolicy",
  "accessmonitor",
  "acl",
  "append",
  "asyncFetch",
  "bucketArchiveDirectRead",
  "bucketInfo",
  "cleanRestoredObject",
  "cloudboxes",
  "cname",
  "comp",
  "cors",
  "delete",
  "encryption",
  "group",
  "httpsConfig",
  "img",
  "inventory",
  "legalHold",
  "lifecycle",
  "live",
  "location",
  "logging",
  "metaQuery",
  "objectInfo",
  "objectMeta",
  "overwriteConfig",
  "policy",
  "policyStatus",
  "processConf",
  "publicAccessBlock",
  "qos",
  "qosInfo",
  "qosRequester",
  "redundancyTransition",
  "referer",
  "regionList",
  "regions",
  "rename",
  "replication",
  "replicationLocation",
  "replicationProgress",
  "requestPayment",
  "requesterQosInfo",
  "resourceGroup",
  "resourcePool",
  "resourcePoolBuckets",
  "resourcePoolInfo",
  "responseHeader",
  "restore",
  "retention",
  "rtc",
  "seal",
  "stat",
  "status",
  "style",
  "styleName",
  "symlink",
  "tagging",
  "transferAcceleration",
  "udf",
  "udfApplication",
  "udfApplicationLog",
  "udfImage",
  "udfImageDesc",
  "uploadId",
  "uploads",
  "userDefinedLogFieldsConfig",
  "versioning",
  "versions",
  "vip",
  "vod",
  "vpcip",
  "website",
  "worm",
  "wormExtend",
  "wormId",
  "x-oss-async-process",
  "x-oss-process",
])

/** The same in lower case; no client spells its own parameter like this. */
const LOWER_CASE: ReadonlySet<string> = new Set([...SUBRESOURCES].map((name) => name.toLowerCase()))

/**
 * Whether a parameter is a sub-resource except for its case. Any other unknown parameter is ignored, as in the service:
 * clients add their own.
 */
export function isMisspelledSubresource({
  name,
  value,
}: {
  readonly name: string
  readonly value: string
}): boolean {
  return value === "" && !SUBRESOURCES.has(name) && LOWER_CASE.has(name.toLowerCase())
}

import { createHmac } from "node:crypto"
import { type Reading, resourcePath } from "../address.ts"
import type { QueryParameter } from "../request.ts"

/** What a V1 signature covers. Header values are latin1 text, as received. */
export interface V1Input {
  readonly method: string
  readonly headers: ReadonlyMap<string, string>
  readonly query: readonly QueryParameter[]
  readonly reading: Reading
  /** The Date or x-oss-date header, or the parameter Expires. */
  readonly date: string
}

/**
 * The query parameters that are part of the signed resource, in addition to those that begin with "x-oss-". The union
 * of what the five SDKs sign.
 */
const SIGNED = new Set(
  `accessPoint accessPointPolicy acl append asyncFetch bucketArchiveDirectRead bucketInfo callback callback-var cloudboxes
  cleanRestoredObject cname comp continuation-token cors delete dir dirDelete encryption endTime group httpsConfig img inventory inventoryId
  lifecycle link live location logging metaQuery objectInfo objectMeta partNumber policy policyStatus position processConf
  publicAccessBlock qos qosInfo qosRequester redundancyTransition referer regionList rename replication
  replicationLocation replicationProgress requestPayment requesterQosInfo resourceGroup resourcePool resourcePoolBuckets
  resourcePoolInfo response-cache-control response-content-disposition response-content-encoding
  response-content-language response-content-type response-expires responseHeader restore rtc seal security-token
  sequential startTime stat status style styleName symlink tagging transferAcceleration udf udfApplication
  udfApplicationLog udfImage udfImageDesc udfName uploadId uploads versionId versioning versions vip vod vpcip website
  withHashContext worm wormExtend wormId`.split(/\s+/),
)

function isSigned(name: string): boolean {
  return SIGNED.has(name) || name.startsWith("x-oss-")
}

/** Bytes, because header values are latin1 text and names are UTF-8. */
export function stringToSignV1({ method, headers, query, reading, date }: V1Input): Buffer {
  const ossHeaders = [...headers]
    .filter(([name]) => name.startsWith("x-oss-"))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
  const head = [
    `${method}\n`,
    `${headers.get("content-md5") ?? ""}\n`,
    `${headers.get("content-type") ?? ""}\n`,
    `${date}\n`,
    ...ossHeaders,
  ].join("")
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(resource(reading, query))])
}

/** `/bucket/key?acl&uploadId=U`: the decoded name and the decoded signed parameters in order. */
function resource(reading: Reading, query: readonly QueryParameter[]): string {
  const path = resourcePath(reading)
  const signed = query
    .filter(({ name }) => isSigned(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, value }) => (value === "" ? name : `${name}=${value}`))
  return signed.length === 0 ? path : `${path}?${signed.join("&")}`
}

/** base64(HMAC-SHA1) */
export function signV1(accessKeySecret: string, stringToSign: Buffer): string {
  return createHmac("sha1", accessKeySecret).update(stringToSign).digest("base64")
}

import { isoTime } from "../base/clock.ts"
import { percentEncode, percentEncodePath } from "../base/percent-encode.ts"
import { resourcePath } from "./address.ts"
import {
  scopeText,
  signV4,
  stringToSignV4,
  canonicalRequestV4,
  V4_ALGORITHM,
} from "./auth/signature-v4.ts"

export interface PresignInput {
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly region: string
  readonly method: string
  readonly bucketName: string
  readonly objectKey: string
  /** Query parameters in addition to those of the signature. */
  readonly parameters: Readonly<Record<string, string>>
  /** Headers that the request carries; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** 1 to 604,800. */
  readonly expiresSeconds: number
  /** The signing time; fractions of a second are dropped. */
  readonly nowMs: number
  /** `http://host:port`; the bucket goes into the path. */
  readonly endpoint: string
}

/**
 * The URL of a request with its own signature (version 4): anyone who has it may send that request, with those headers,
 * until it expires.
 */
export function presignUrl(input: PresignInput): string {
  const { accessKeyId, accessKeySecret, region, bucketName, objectKey, headers } = input
  const timestamp = isoTime(input.nowMs)
    .replace(/\.\d{3}/, "")
    .replaceAll(/[-:]/g, "")
  const scope = { day: timestamp.slice(0, 8), region, product: "oss" }
  const query = Object.entries({
    ...input.parameters,
    "x-oss-signature-version": V4_ALGORITHM,
    "x-oss-credential": `${accessKeyId}/${scopeText(scope)}`,
    "x-oss-date": timestamp,
    "x-oss-expires": String(input.expiresSeconds),
  }).map(([name, value]) => ({ name, value }))
  const signed = {
    method: input.method,
    reading: { bucketName, objectKey },
    query,
    headers: new Map(Object.entries(headers)),
    additionalHeaders: [],
    timestamp,
    scope,
  }
  const signature = signV4(
    accessKeySecret,
    scope,
    stringToSignV4(signed, canonicalRequestV4(signed)),
  )
  const path = percentEncodePath(resourcePath(signed.reading))
  const parameters = [...query, { name: "x-oss-signature", value: signature }]
    .map(({ name, value }) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join("&")
  return `${input.endpoint}${path}?${parameters}`
}

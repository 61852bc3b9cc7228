import { createHmac, hash } from "node:crypto"
import { type Reading, resourcePath } from "../address.ts"
import type { QueryParameter } from "../request.ts"
import { percentEncode, percentEncodePath } from "../../base/percent-encode.ts"

export const V4_ALGORITHM = "OSS4-HMAC-SHA256"

/** Stands for the body's hash: everything but the body is signed. */
export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

/** `{yyyymmdd}/{region}/{product}/aliyun_v4_request` */
export interface V4Scope {
  readonly day: string
  readonly region: string
  readonly product: string
}

/** What a V4 signature covers. Header values are latin1 text, as received. */
export interface V4Input {
  readonly method: string
  readonly reading: Reading
  readonly query: readonly QueryParameter[]
  readonly headers: ReadonlyMap<string, string>
  /** Lower-case names, sorted. */
  readonly additionalHeaders: readonly string[]
  /** x-oss-date, or the Date header if there is no x-oss-date; as it was sent. */
  readonly timestamp: string
  readonly scope: V4Scope
}

export function scopeText({ day, region, product }: V4Scope): string {
  return `${day}/${region}/${product}/aliyun_v4_request`
}

function isSignedHeader(name: string, additionalHeaders: readonly string[]): boolean {
  return (
    name === "content-type" ||
    name === "content-md5" ||
    name.startsWith("x-oss-") ||
    additionalHeaders.includes(name)
  )
}

/** As latin1 text, in which every character is one byte. */
export function canonicalRequestV4(input: V4Input): string {
  const { method, reading, query, headers, additionalHeaders } = input
  const path = resourcePath(reading)
  const parameters = query
    .filter(({ name }) => name !== "x-oss-signature")
    .map(({ name, value }) => ({ name: percentEncode(name), value: percentEncode(value) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, value }) => (value === "" ? name : `${name}=${value}`))
  const signedHeaders = [...headers]
    .filter(([name]) => isSignedHeader(name, additionalHeaders))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
  return [
    method,
    percentEncodePath(path),
    parameters.join("&"),
    signedHeaders.join(""),
    additionalHeaders.join(";"),
    UNSIGNED_PAYLOAD,
  ].join("\n")
}

export function stringToSignV4(input: V4Input, canonicalRequest: string): string {
  const digest = hash("sha256", Buffer.from(canonicalRequest, "latin1"), "hex")
  return [V4_ALGORITHM, input.timestamp, scopeText(input.scope), digest].join("\n")
}

/** hex(HMAC-SHA256) under the key of the scope. */
export function signV4(accessKeySecret: string, scope: V4Scope, stringToSign: string): string {
  return createHmac("sha256", signingKey(accessKeySecret, scope)).update(stringToSign).digest("hex")
}

const REMEMBERED_MAX = 1000
const remembered = new Map<string, Buffer>()

/** Takes four HMACs, so the day's signing keys are cached. */
function signingKey(accessKeySecret: string, scope: V4Scope): Buffer {
  const name = `${scopeText(scope)}\n${accessKeySecret}`
  const known = remembered.get(name)
  if (known !== undefined) return known
  const derived = [scope.day, scope.region, scope.product, "aliyun_v4_request"].reduce<Buffer>(
    (secret, text) => createHmac("sha256", secret).update(text).digest(),
    Buffer.from(`aliyun_v4${accessKeySecret}`),
  )
  if (remembered.size >= REMEMBERED_MAX) remembered.clear()
  remembered.set(name, derived)
  return derived
}

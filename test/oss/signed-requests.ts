// Requests signed with our own functions, which the published vectors prove, and how authenticate treats them.
import assert from "node:assert/strict"
import { fakeClock } from "../../src/base/clock.ts"
import type { Principal } from "../../src/identity/principal.ts"
import type { Reading } from "../../src/oss/address.ts"
import { type Authenticated, judgeClaim, readClaim } from "../../src/oss/auth/authenticate.ts"
import { signV1, stringToSignV1 } from "../../src/oss/auth/signature-v1.ts"
import { signV2, stringToSignV2 } from "../../src/oss/auth/signature-v2.ts"
import { canonicalRequestV4, signV4, stringToSignV4 } from "../../src/oss/auth/signature-v4.ts"
import { OssError } from "../../src/oss/errors.ts"
import { parseRequest, type OssRequest } from "../../src/oss/request.ts"

/** When everything here is signed. */
export const NOW_MS: number = Date.UTC(2024, 0, 2, 3, 4, 5)
export const DATE = "Tue, 02 Jan 2024 03:04:05 GMT"
export const BASIC = "20240102T030405Z"
const SCOPE = { day: "20240102", region: "cn-hangzhou", product: "oss" }
export const CREDENTIAL = "ak/20240102/cn-hangzhou/oss/aliyun_v4_request"
export const PRINCIPAL: Principal = { kind: "account", accountId: "1" }
const ACCESS_KEY = { accessKeyId: "ak", accessKeySecret: "sk", principal: PRINCIPAL }

export type RawHeaders = readonly string[]

export function parse(target: string, rawHeaders: RawHeaders, method = "GET"): OssRequest {
  const host = rawHeaders.includes("Host") ? [] : ["Host", "127.0.0.1"]
  return parseRequest({ method, target: target, rawHeaders: [...host, ...rawHeaders] }, [])
}

export function attempt(
  target: string,
  rawHeaders: RawHeaders,
  { method = "GET", nowMs = NOW_MS }: { method?: string; nowMs?: number } = {},
): Authenticated {
  const request = parse(target, rawHeaders, method)
  const claim = readClaim(request, { clock: fakeClock(nowMs), region: "cn-hangzhou" })
  return judgeClaim(request, claim, claim?.accessKeyId === "ak" ? ACCESS_KEY : undefined)
}

export function refusal(...input: Parameters<typeof attempt>): OssError {
  try {
    attempt(...input)
  } catch (error) {
    if (error instanceof OssError) return error
    throw error
  }
  assert.fail("it was let in")
}

export function refusedWith(...input: Parameters<typeof attempt>): [string, string | undefined] {
  const { code, ec } = refusal(...input)
  return [code, ec]
}

export function v1(
  target: string,
  rawHeaders: RawHeaders = [],
  method = "GET",
  given?: Reading,
): RawHeaders {
  const all = ["Date", DATE, ...rawHeaders]
  const request = parse(target, all, method)
  const reading = given ?? request.readings[0]
  const signed = stringToSignV1({ ...request, reading, date: DATE })
  return [...all, "Authorization", `OSS ak:${signV1("sk", signed)}`]
}

export function v2(
  target: string,
  rawHeaders: RawHeaders = [],
  method = "GET",
  given?: Reading,
): RawHeaders {
  const all = ["Date", DATE, ...rawHeaders]
  const request = parse(target, all, method)
  const additionalHeaders = request.headers.has("range") ? ["range"] : []
  const reading = given ?? request.readings[0]
  const signed = stringToSignV2({ ...request, reading, date: DATE, additionalHeaders })
  const names = additionalHeaders.length === 0 ? "" : "AdditionalHeaders:range,"
  return [...all, "Authorization", `OSS2 AccessKeyId:ak,${names}Signature:${signV2("sk", signed)}`]
}

function v4Signature(
  request: OssRequest,
  additionalHeaders: readonly string[],
  reading = request.readings[0],
): string {
  const input = { ...request, reading, additionalHeaders, timestamp: BASIC, scope: SCOPE }
  return signV4("sk", SCOPE, stringToSignV4(input, canonicalRequestV4(input)))
}

export function v4(
  target: string,
  rawHeaders: RawHeaders = [],
  method = "GET",
  given?: Reading,
): RawHeaders {
  const all = ["x-oss-date", BASIC, ...rawHeaders]
  const request = parse(target, all, method)
  const additionalHeaders = request.headers.has("range") ? ["range"] : []
  const names = additionalHeaders.length === 0 ? "" : "AdditionalHeaders=range,"
  const signature = v4Signature(request, additionalHeaders, given)
  const value = `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},${names}Signature=${signature}`
  return [...all, "Authorization", value]
}

/** Without x-oss-date, as Go v1 and ossutil sign: the Date header is in the string to sign unchanged. */
export function v4WithDate(target: string, date: string, method = "GET"): RawHeaders {
  const all = ["Date", date]
  const request = parse(target, all, method)
  const reading = request.readings[0]
  const input = { ...request, reading, additionalHeaders: [], timestamp: date, scope: SCOPE }
  const signature = signV4("sk", SCOPE, stringToSignV4(input, canonicalRequestV4(input)))
  const value = `OSS4-HMAC-SHA256 Credential=${CREDENTIAL},Signature=${signature}`
  return [...all, "Authorization", value]
}

export function v1Url(target: string, expires = "1704164700"): string {
  const mark = target.includes("?") ? "&" : "?"
  const request = parse(target, [])
  const signed = stringToSignV1({ ...request, reading: request.readings[0], date: expires })
  const signature = encodeURIComponent(signV1("sk", signed))
  return `${target}${mark}OSSAccessKeyId=ak&Expires=${expires}&Signature=${signature}`
}

export function v2Url(target: string, expires = "1704164700"): string {
  const mark = target.includes("?") ? "&" : "?"
  const unsigned = `${target}${mark}x-oss-signature-version=OSS2&x-oss-expires=${expires}&x-oss-access-key-id=ak`
  const request = parse(unsigned, [])
  const reading = request.readings[0]
  const signed = stringToSignV2({ ...request, reading, date: expires, additionalHeaders: [] })
  return `${unsigned}&x-oss-signature=${encodeURIComponent(signV2("sk", signed))}`
}

export function v4Url(target: string, expires = "600"): string {
  const mark = target.includes("?") ? "&" : "?"
  const parameters = [
    "x-oss-signature-version=OSS4-HMAC-SHA256",
    `x-oss-credential=${encodeURIComponent(CREDENTIAL)}`,
    `x-oss-date=${BASIC}`,
    `x-oss-expires=${expires}`,
  ]
  const unsigned = `${target}${mark}${parameters.join("&")}`
  return `${unsigned}&x-oss-signature=${v4Signature(parse(unsigned, []), [])}`
}

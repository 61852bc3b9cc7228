import { createHmac } from "node:crypto"
import { percentEncode } from "../../base/percent-encode.ts"
import { resourcePath } from "../address.ts"
import type { V1Input } from "./signature-v1.ts"

/** What a V2 ("OSS2") signature covers: what V1 covers, every query parameter, and the additional headers. */
export interface V2Input extends V1Input {
  /** Lower-case names, sorted. */
  readonly additionalHeaders: readonly string[]
}

export function stringToSignV2(input: V2Input): Buffer {
  const { method, headers, query, reading, date, additionalHeaders } = input
  const signedHeaders = [...headers]
    .filter(([name]) => name.startsWith("x-oss-") || additionalHeaders.includes(name))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
  const path = resourcePath(reading)
  const parameters = query
    .filter(({ name }) => name !== "x-oss-signature")
    .map(({ name, value }) => ({ name: percentEncode(name), value: percentEncode(value) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, value }) => (value === "" ? name : `${name}=${value}`))
  const text = [
    `${method}\n`,
    `${headers.get("content-md5") ?? ""}\n`,
    `${headers.get("content-type") ?? ""}\n`,
    `${date}\n`,
    ...signedHeaders,
    `${additionalHeaders.join(";")}\n`,
    percentEncode(path),
    parameters.length === 0 ? "" : `?${parameters.join("&")}`,
  ].join("")
  return Buffer.from(text, "latin1")
}

/** base64(HMAC-SHA256) */
export function signV2(accessKeySecret: string, stringToSign: Buffer): string {
  return createHmac("sha256", accessKeySecret).update(stringToSign).digest("base64")
}

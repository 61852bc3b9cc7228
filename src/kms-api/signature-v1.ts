import { createHmac } from "node:crypto"
import { compareBytes, utf8 } from "../base/bytes.ts"
import { percentEncode } from "../base/percent-encode.ts"
import type { Parameters } from "./parameters.ts"

/** The string that RPC signature version 1.0 covers: every parameter except the signature, re-encoded. */
export function stringToSignV1(method: string, parameters: Parameters): string {
  const pairs = Array.from(parameters)
    .filter(([name]) => name !== "Signature")
    .map(([name, value]) => ({ name, nameBytes: utf8(name), value }))
    .sort((left, right) => compareBytes(left.nameBytes, right.nameBytes))
    .map(({ name, value }) => `${percentEncode(name)}=${percentEncode(value)}`)
  return `${method}&%2F&${percentEncode(pairs.join("&"))}`
}

export function signatureV1(accessKeySecret: string, stringToSign: string): Buffer {
  return createHmac("sha1", `${accessKeySecret}&`).update(stringToSign).digest()
}

import { createHash, createHmac } from "node:crypto"
import { ApiError } from "./errors.ts"
import { compareBytes, utf8 } from "../base/bytes.ts"
import { percentEncode } from "../base/percent-encode.ts"
import { type Headers, type KmsRequest, singleHeader } from "./request.ts"

const ACS3_ALGORITHM = "ACS3-HMAC-SHA256"

const ALWAYS_SIGNED = [
  "host",
  "x-acs-action",
  "x-acs-content-sha256",
  "x-acs-date",
  "x-acs-version",
] as const

/** The content of the Authorization header. */
interface Acs3Authorization {
  readonly accessKeyId: string
  /** Lower case, ascending, each once. */
  readonly signedHeaders: readonly string[]
  readonly signature: Buffer
}

/** Throws ApiError when the header is malformed or leaves unsigned what must be signed. */
export function parseAcs3Authorization(request: KmsRequest): Acs3Authorization {
  const text = singleHeader(request.headers, "authorization") ?? ""
  if (!text.startsWith(`${ACS3_ALGORITHM} `)) throw new ApiError("InvalidSignatureMethod")
  const parts =
    /^ *Credential=([^,\s]+), *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})$/.exec(
      text.slice(ACS3_ALGORITHM.length),
    )
  const [, accessKeyId, list, signature] = parts ?? []
  if (accessKeyId === undefined || list === undefined || signature === undefined) {
    throw new ApiError("IncompleteSignature")
  }
  const signedHeaders = list.split(";")
  checkSignedHeaders(request, signedHeaders)
  return { accessKeyId, signedHeaders, signature: Buffer.from(signature, "hex") }
}

export function stringToSignAcs3(request: KmsRequest, signedHeaders: readonly string[]): string {
  const canonicalRequest = [
    request.method,
    "/",
    canonicalQuery(request),
    ...signedHeaders.map((name) => `${name}:${singleHeader(request.headers, name) ?? ""}`),
    "",
    signedHeaders.join(";"),
    sha256(request.body),
  ].join("\n")
  return `${ACS3_ALGORITHM}\n${sha256(utf8(canonicalRequest))}`
}

export function signatureAcs3(accessKeySecret: string, stringToSign: string): Buffer {
  return createHmac("sha256", accessKeySecret).update(stringToSign).digest()
}

function checkSignedHeaders({ headers, body }: KmsRequest, signed: readonly string[]): void {
  const isAscending = signed.every((name, index) => index === 0 || name > (signed[index - 1] ?? ""))
  const needed = [...ALWAYS_SIGNED, ...presentHeaders(headers)]
  // The kind of body decides which parameters count.
  if (body.length > 0 && headers.has("content-type")) needed.push("content-type")
  const missing = needed.find((name) => !signed.includes(name))
  const absent = signed.find((name) => !headers.has(name))
  if (isAscending && missing === undefined && absent === undefined) return
  throw new ApiError(
    "IncompleteSignature",
    `The signed headers must be sorted, present, and include ${missing ?? absent ?? "each once"}.`,
  )
}

function presentHeaders(headers: Headers): string[] {
  return Array.from(headers.keys()).filter((name) => name.startsWith("x-acs-"))
}

function canonicalQuery({ query }: KmsRequest): string {
  return Array.from(query)
    .map(([name, value]) => ({
      name: utf8(name),
      pair: `${percentEncode(name)}=${percentEncode(value)}`,
    }))
    .sort((left, right) => compareBytes(left.name, right.name))
    .map(({ pair }) => pair)
    .join("&")
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex")
}

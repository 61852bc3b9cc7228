import { timingSafeEqual } from "node:crypto"
import type { Clock } from "../base/clock.ts"
import type { AccessKey, AccessKeys } from "../identity/access-keys.ts"
import type { Principal } from "../identity/principal.ts"
import { ApiError } from "./errors.ts"
import type { NonceMemory } from "./nonces.ts"
import { type KmsRequest, singleHeader } from "./request.ts"
import { parseAcs3Authorization, signatureAcs3, stringToSignAcs3 } from "./signature-acs3.ts"
import { signatureV1, stringToSignV1 } from "./signature-v1.ts"

const SKEW_MAX_MS = 15 * 60_000

/** For a longer request the string to sign is not returned: nobody compares it by eye, and the sender has it anyway. */
const ECHOED_LENGTH_MAX = 32 * 1024

interface Authenticator {
  readonly accessKeys: AccessKeys
  readonly nonces: NonceMemory
  readonly clock: Clock
}

/** What a request claims, whichever way it is signed. */
interface Claim {
  readonly accessKeyId: string
  readonly timestamp: string
  readonly nonce: string | undefined
  readonly securityToken: string | undefined
  /** Takes time in proportion to the length of the request. */
  readonly stringToSign: () => string
  readonly signature: Buffer
  readonly sign: (accessKeySecret: string, stringToSign: string) => Buffer
}

/** Who signed the request. Throws ApiError. */
export async function authenticate(
  request: KmsRequest,
  authenticator: Authenticator,
): Promise<Principal> {
  const claim = request.signedBy === "header" ? readAcs3(request) : readV1(request)
  const nowMs = authenticator.clock.nowMs()
  const timestampMs = parseTimestamp(claim.timestamp)
  if (Math.abs(nowMs - timestampMs) > SKEW_MAX_MS) throw new ApiError("InvalidTimeStamp.Expired")

  const accessKey = await findAccessKey(authenticator.accessKeys, claim)
  checkSignature(claim, accessKey)
  const { nonce, accessKeyId } = claim
  const forgetAtMs = timestampMs + SKEW_MAX_MS + 1
  if (nonce !== undefined && !authenticator.nonces.accept(accessKeyId, nonce, nowMs, forgetAtMs)) {
    throw new ApiError("SignatureNonceUsed")
  }
  return accessKey.principal
}

/** RPC signature 1.0: everything is a parameter. The nonce is optional: older SDKs send none. */
function readV1(request: KmsRequest): Claim {
  const { parameters } = request
  const accessKeyId = parameters.get("AccessKeyId")
  const signature = parameters.get("Signature")
  const method = parameters.get("SignatureMethod")
  const version = parameters.get("SignatureVersion")
  const timestamp = parameters.get("Timestamp")
  if (accessKeyId === undefined) throw new ApiError("MissingAccessKeyId")
  if (signature === undefined) throw new ApiError("MissingSignature")
  if (method === undefined) throw new ApiError("MissingSignatureMethod")
  if (version === undefined) throw new ApiError("MissingSignatureVersion")
  if (timestamp === undefined) throw new ApiError("MissingTimestamp")
  if (method !== "HMAC-SHA1" || version !== "1.0") throw new ApiError("InvalidSignatureMethod")
  return {
    accessKeyId,
    timestamp,
    nonce: parameters.get("SignatureNonce"),
    securityToken: parameters.get("SecurityToken"),
    stringToSign: () => stringToSignV1(request.method, parameters),
    signature: Buffer.from(signature, "base64"),
    sign: signatureV1,
  }
}

/** ACS3-HMAC-SHA256: everything but the operation's parameters is a signed header. */
function readAcs3(request: KmsRequest): Claim {
  if (request.parameters.has("Signature")) {
    throw new ApiError("IncompleteSignature", "The request is signed in two ways.")
  }
  const { accessKeyId, signedHeaders, signature } = parseAcs3Authorization(request)
  const header = (name: string): string | undefined => singleHeader(request.headers, name)
  return {
    accessKeyId,
    timestamp: header("x-acs-date") ?? "",
    nonce: header("x-acs-signature-nonce"),
    securityToken: header("x-acs-security-token") ?? request.parameters.get("SecurityToken"),
    stringToSign: () => stringToSignAcs3(request, signedHeaders),
    signature,
    sign: signatureAcs3,
  }
}

async function findAccessKey(
  accessKeys: AccessKeys,
  { accessKeyId, securityToken }: Claim,
): Promise<AccessKey> {
  const accessKey = await accessKeys.find(accessKeyId)
  if (accessKey === undefined) throw new ApiError("InvalidAccessKeyId.NotFound")
  if ((securityToken ?? "") !== "") throw new ApiError("InvalidSecurityToken.Malformed")
  return accessKey
}

/**
 * The string at the end of the message is what the service returns: its SDKs compare it with their own, and when the
 * two are equal they tell the user that the secret is wrong. It contains the parameters of the request, so it is never
 * logged.
 */
function checkSignature(claim: Claim, accessKey: AccessKey): void {
  const { sign, signature } = claim
  const stringToSign = claim.stringToSign()
  const expected = sign(accessKey.accessKeySecret, stringToSign)
  if (expected.length === signature.length && timingSafeEqual(expected, signature)) return
  if (stringToSign.length > ECHOED_LENGTH_MAX) throw new ApiError("SignatureDoesNotMatch")
  throw new ApiError(
    "SignatureDoesNotMatch",
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  )
}

/** `2016-03-28T03:13:08Z`, with or without a fraction. Throws ApiError. */
function parseTimestamp(text: string): number {
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(ms)) throw new ApiError("InvalidTimeStamp.Format")
  return ms
}

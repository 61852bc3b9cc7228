import type { Clock } from "../../base/clock.ts"
import { isoTime } from "../../base/clock.ts"
import { invalidArgument, OssError } from "../errors.ts"
import type { OssRequest } from "../request.ts"
import { readAdditionalHeaders } from "./claim-v1.ts"
import type { Claim } from "./claims.ts"
import {
  checkSkew,
  invalidAuthorization,
  parseBasicIso,
  SKEW_MS_MAX,
  validDate,
} from "./clock-skew.ts"
import {
  canonicalRequestV4,
  signV4,
  stringToSignV4,
  UNSIGNED_PAYLOAD,
  V4_ALGORITHM,
  type V4Scope,
} from "./signature-v4.ts"

const EXPIRES_SECONDS_MAX = 604_800

interface Given {
  readonly credential: string
  readonly signature: string
  readonly additionalHeaders: string | undefined
  /** Line 2 of the string to sign. */
  readonly timestamp: string
  /** yyyymmdd */
  readonly day: string
  readonly place: keyof typeof WHERE_SIGNED
}

const WHERE_SIGNED = { header: "Authorization header", query: "x-oss-credential" } as const

/** Clients separate the fields by "," or ", " and put them in any order. Throws OssError. */
export function claimV4Header(
  request: OssRequest,
  authorization: string,
  { clock, region }: { readonly clock: Clock; readonly region: string },
): Claim {
  const fields = new Map(
    authorization
      .slice(V4_ALGORITHM.length)
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=")
        return [field.slice(0, Math.max(equals, 0)).trim(), field.slice(equals + 1).trim()] as const
      }),
  )
  const credential = fields.get("Credential")
  const signature = fields.get("Signature")
  if (credential === undefined) throw invalidAuthorization("0002-00000205")
  if (signature === undefined) throw invalidAuthorization("0002-00000204")
  const { timestamp, signedMs } = signedTime(request)
  checkSkew(signedMs, clock)
  const additionalHeaders = fields.get("AdditionalHeaders")
  const day = dayOf(signedMs)
  return claimV4(
    request,
    { credential, signature, additionalHeaders, timestamp, day, place: "header" },
    region,
  )
}

/** Without x-oss-date the Date header is used, and is signed as it was sent. Source: Go v1 and ossutil. */
function signedTime({ headers }: OssRequest): { timestamp: string; signedMs: number } {
  const ossDate = headers.get("x-oss-date")
  const date = headers.get("date") ?? ""
  if (ossDate === undefined && date !== "") return { timestamp: date, signedMs: validDate(date) }
  const signedMs = parseBasicIso(ossDate ?? "")
  if (ossDate !== undefined && signedMs !== undefined) return { timestamp: ossDate, signedMs }
  throw new OssError("AccessDenied", {
    message: "OSS authentication requires a valid Date.",
    ec: "0002-00000505",
  })
}

/** The UTC day that the credential names. */
function dayOf(ms: number): string {
  return isoTime(ms).slice(0, 10).replaceAll("-", "")
}

/** `?x-oss-signature-version=OSS4-HMAC-SHA256&…`: valid from 15 minutes before its date until it expires. Throws OssError. */
export function claimV4Query(
  request: OssRequest,
  { clock, region }: { readonly clock: Clock; readonly region: string },
): Claim {
  const credential = request.parameter("x-oss-credential") ?? ""
  const signature = request.parameter("x-oss-signature") ?? ""
  const timestamp = request.parameter("x-oss-date") ?? ""
  if (signature === "") throw queryInvalid("x-oss-signature", "0002-00000219")
  if (credential === "") throw queryInvalid("x-oss-credential", "0002-00000224")
  checkWindow(timestamp, request.parameter("x-oss-expires") ?? "", clock)
  const additionalHeaders = request.parameter("x-oss-additional-headers")
  checkAdditionalHeaders(request, additionalHeaders)
  const day = timestamp.slice(0, 8)
  return claimV4(
    request,
    { credential, signature, additionalHeaders, timestamp, day, place: "query" },
    region,
  )
}

/** A URL that was signed over headers must be sent with these headers; without one of them it could not match. */
function checkAdditionalHeaders({ headers }: OssRequest, names: string | undefined): void {
  const missing = readAdditionalHeaders(names).find((name) => !headers.has(name))
  if (missing === undefined) return
  throw invalidArgument(`The header ${missing} was signed and is not there.`, {
    name: "x-oss-additional-headers",
    value: names ?? "",
  })
}

function queryInvalid(name: string, ec: string): OssError {
  return new OssError("InvalidArgument", { message: `The parameter ${name} is not valid.`, ec })
}

function checkWindow(timestamp: string, expires: string, clock: Clock): void {
  const startMs = parseBasicIso(timestamp)
  if (startMs === undefined) throw queryInvalid("x-oss-date", "0002-00000505")
  if (expires === "") throw queryInvalid("x-oss-expires", "0002-00000215")
  const seconds = /^\d{1,7}$/.test(expires) ? Number(expires) : 0
  if (seconds < 1 || seconds > EXPIRES_SECONDS_MAX) {
    throw queryInvalid("x-oss-expires", "0002-00000232")
  }
  const nowMs = clock.nowMs()
  const endMs = startMs + seconds * 1000
  if (nowMs < startMs - SKEW_MS_MAX) {
    throw new OssError("AccessDenied", {
      message: "Request is not valid yet.",
      ec: "0002-00000235",
    })
  }
  if (nowMs > endMs) {
    throw new OssError("AccessDenied", {
      message: "Request has expired.",
      fields: { Expires: isoTime(endMs), ServerTime: isoTime(nowMs) },
    })
  }
}

function claimV4(request: OssRequest, given: Given, region: string): Claim {
  checkPayloadUnsigned(request)
  const { accessKeyId, scope } = readCredential(given.credential)
  if (scope.day !== given.day) {
    throw new OssError("InvalidArgument", {
      message: `Invalid signing date in ${WHERE_SIGNED[given.place]}.`,
      ec: "0002-00000225",
    })
  }
  if (scope.region === "") {
    throw new OssError("InvalidArgument", {
      message: "The signing region in credential is invalid.",
      ec: "0002-00000226",
      fields: { Region: region },
    })
  }
  if (scope.region !== region) {
    throw new OssError("InvalidArgument", {
      message: `Invalid signing region in ${WHERE_SIGNED[given.place]}.`,
      ec: "0002-00000226",
      fields: { Region: region },
    })
  }
  if (scope.product !== "oss") {
    throw new OssError("InvalidArgument", {
      message: `Invalid signing product in ${WHERE_SIGNED[given.place]}.`,
      ec: "0002-00000227",
    })
  }
  const additionalHeaders = readAdditionalHeaders(given.additionalHeaders)
  return {
    accessKeyId,
    signature: given.signature,
    sign(accessKeySecret, reading) {
      const input = { ...request, reading, additionalHeaders, timestamp: given.timestamp, scope }
      const canonicalRequest = canonicalRequestV4(input)
      const stringToSign = stringToSignV4(input, canonicalRequest)
      return {
        signature: signV4(accessKeySecret, scope, stringToSign),
        stringToSign: Buffer.from(stringToSign),
        canonicalRequest,
      }
    },
  }
}

/** No SDK signs the payload. Accepting a hash that is not checked against the body would promise what is not kept. */
function checkPayloadUnsigned({ headers }: OssRequest): void {
  const value = headers.get("x-oss-content-sha256")
  if (value === undefined || value === UNSIGNED_PAYLOAD) return
  throw invalidArgument(`The only value is ${UNSIGNED_PAYLOAD}.`, {
    name: "x-oss-content-sha256",
    value,
  })
}

/** `{AccessKeyId}/{yyyymmdd}/{region}/{product}/aliyun_v4_request` */
function readCredential(credential: string): { accessKeyId: string; scope: V4Scope } {
  const match = /^([^/]+)\/(\d{8})\/([^/]*)\/([^/]+)\/aliyun_v4_request$/.exec(credential)
  const [, accessKeyId, day, region, product] = match ?? []
  if (
    accessKeyId === undefined ||
    day === undefined ||
    region === undefined ||
    product === undefined
  ) {
    throw invalidAuthorization("0002-00000213")
  }
  return { accessKeyId, scope: { day, region, product } }
}

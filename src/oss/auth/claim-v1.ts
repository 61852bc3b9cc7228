import type { Clock } from "../../base/clock.ts"
import { isoTime } from "../../base/clock.ts"
import { OssError } from "../errors.ts"
import type { OssRequest } from "../request.ts"
import { checkSkew, invalidAuthorization, validDate } from "./clock-skew.ts"
import type { Claim } from "./claims.ts"
import { signV1, stringToSignV1 } from "./signature-v1.ts"
import { signV2, stringToSignV2 } from "./signature-v2.ts"

/** `Authorization: OSS {AccessKeyId}:{Signature}`. Throws OssError. */
export function claimV1Header(request: OssRequest, authorization: string, clock: Clock): Claim {
  const match = /^OSS ([^:\s]+):(\S+)$/.exec(authorization)
  const [, accessKeyId, signature] = match ?? []
  if (accessKeyId === undefined || signature === undefined) throw invalidAuthorization()
  const date = signedDate(request, clock)
  return claimV1(request, accessKeyId, signature, date)
}

/** The Date that the signature covers; checked against the clock. */
function signedDate({ headers }: OssRequest, clock: Clock): string {
  const date = headers.get("x-oss-date") ?? headers.get("date") ?? ""
  checkSkew(validDate(date), clock)
  return date
}

function claimV1(request: OssRequest, accessKeyId: string, signature: string, date: string): Claim {
  return {
    accessKeyId,
    signature,
    sign(accessKeySecret, reading) {
      const stringToSign = stringToSignV1({ ...request, reading, date })
      return { stringToSign, signature: signV1(accessKeySecret, stringToSign) }
    },
  }
}

/** `?OSSAccessKeyId&Expires&Signature`. Throws OssError; expiry is checked before the signature. */
export function claimV1Query(request: OssRequest, clock: Clock): Claim {
  const accessKeyId = request.parameter("OSSAccessKeyId") ?? ""
  const expires = request.parameter("Expires") ?? ""
  const signature = request.parameter("Signature") ?? ""
  if (accessKeyId === "" || expires === "" || signature === "") {
    throw new OssError("AccessDenied", {
      message:
        "Query string authentication requires the Signature, Expires and OSSAccessKeyId parameters",
    })
  }
  checkExpires(expires, clock)
  return claimV1(request, accessKeyId, signature, expires)
}

function checkExpires(expires: string, clock: Clock): void {
  if (!/^\d{1,11}$/.test(expires)) {
    throw new OssError("AccessDenied", {
      message: "Invalid date (should be seconds since epoch).",
    })
  }
  const nowMs = clock.nowMs()
  const expiresMs = Number(expires) * 1000
  if (nowMs <= expiresMs) return
  throw new OssError("AccessDenied", {
    message: "Request has expired.",
    fields: { Expires: isoTime(expiresMs), ServerTime: isoTime(nowMs) },
  })
}

/** `Authorization: OSS2 AccessKeyId:…,AdditionalHeaders:…,Signature:…`. Throws OssError. */
export function claimV2Header(request: OssRequest, authorization: string, clock: Clock): Claim {
  const fields = new Map(
    authorization
      .slice("OSS2 ".length)
      .split(",")
      .map((field) => {
        const colon = field.indexOf(":")
        return [field.slice(0, Math.max(colon, 0)).trim(), field.slice(colon + 1).trim()] as const
      }),
  )
  const accessKeyId = fields.get("AccessKeyId")
  const signature = fields.get("Signature")
  if (accessKeyId === undefined || signature === undefined) throw invalidAuthorization()
  const date = signedDate(request, clock)
  return claimV2(request, { accessKeyId, signature, date, names: fields.get("AdditionalHeaders") })
}

/** `?x-oss-signature-version=OSS2&…`. Throws OssError. */
export function claimV2Query(request: OssRequest, clock: Clock): Claim {
  const accessKeyId = request.parameter("x-oss-access-key-id") ?? ""
  const signature = request.parameter("x-oss-signature") ?? ""
  const date = request.parameter("x-oss-expires") ?? ""
  if (accessKeyId === "" || signature === "" || date === "") throw invalidAuthorization()
  checkExpires(date, clock)
  const names = request.parameter("x-oss-additional-headers")
  return claimV2(request, { accessKeyId, signature, date, names })
}

function claimV2(
  request: OssRequest,
  given: {
    readonly accessKeyId: string
    readonly signature: string
    readonly date: string
    readonly names: string | undefined
  },
): Claim {
  const additionalHeaders = readAdditionalHeaders(given.names)
  return {
    accessKeyId: given.accessKeyId,
    signature: given.signature,
    sign(accessKeySecret, reading) {
      const { date } = given
      const stringToSign = stringToSignV2({ ...request, reading, date, additionalHeaders })
      return { stringToSign, signature: signV2(accessKeySecret, stringToSign) }
    },
  }
}

/** Lower-case names, sorted, from a list separated by ";". */
export function readAdditionalHeaders(names: string | undefined): string[] {
  return (names ?? "")
    .toLowerCase()
    .split(";")
    .filter((name) => name !== "")
    .sort()
}

import { timingSafeEqual } from "node:crypto"
import type { Clock } from "../../base/clock.ts"
import type { AccessKey, AccessKeys } from "../../identity/access-keys.ts"
import { ANONYMOUS, type Principal } from "../../identity/principal.ts"
import type { Reading } from "../address.ts"
import { OssError } from "../errors.ts"
import type { OssRequest } from "../request.ts"
import { claimV1Header, claimV1Query, claimV2Header, claimV2Query } from "./claim-v1.ts"
import { claimV4Header, claimV4Query } from "./claim-v4.ts"
import type { Claim, Signed } from "./claims.ts"
import { invalidAuthorization } from "./clock-skew.ts"
import { V4_ALGORITHM } from "./signature-v4.ts"

export interface Authenticated {
  readonly principal: Principal
  /** The access key that signed; undefined for a request without a signature. */
  readonly accessKeyId?: string
  /** The reading of the address that was signed. */
  readonly reading: Reading
}

interface Surroundings {
  readonly accessKeys: AccessKeys
  readonly clock: Clock
  readonly region: string
}

/** Who sent the request, by whichever signature it carries. Throws OssError; without a signature it is anonymous. */
export async function authenticate(
  request: OssRequest,
  surroundings: Surroundings,
): Promise<Authenticated> {
  const claim = readClaim(request, surroundings)
  const accessKey = claim && (await surroundings.accessKeys.find(claim.accessKeyId))
  return judgeClaim(request, claim, accessKey)
}

/**
 * Checks the claim that `readClaim` returned against the access key that it names. Throws OssError; no claim means
 * anonymous.
 */
export function judgeClaim(
  request: OssRequest,
  claim: Claim | undefined,
  accessKey: AccessKey | undefined,
): Authenticated {
  if (claim === undefined) return { principal: ANONYMOUS, reading: request.readings[0] }
  checkNoSecurityToken(request, claim)
  return checkClaim(request, claim, accessKey)
}

/** What the request's signature claims, by whichever version; undefined when it carries none. Throws OssError. */
export function readClaim(
  request: OssRequest,
  surroundings: Pick<Surroundings, "clock" | "region">,
): Claim | undefined {
  const authorization = request.headers.get("authorization")
  const inQuery = readQueryClaim(request, surroundings)
  if (authorization === undefined) return inQuery?.()
  if (inQuery !== undefined) {
    throw new OssError("InvalidArgument", {
      message: "Only one way of authentication is allowed: the Authorization header or the query.",
    })
  }
  const { clock } = surroundings
  if (authorization.startsWith(`${V4_ALGORITHM} `)) {
    return claimV4Header(request, authorization, surroundings)
  }
  if (authorization.startsWith("OSS2 ")) return claimV2Header(request, authorization, clock)
  if (authorization.startsWith("OSS ")) return claimV1Header(request, authorization, clock)
  throw invalidAuthorization("0002-00000202")
}

/** How to read the signature in the query, when there is one. */
function readQueryClaim(
  request: OssRequest,
  surroundings: Pick<Surroundings, "clock" | "region">,
): (() => Claim) | undefined {
  const version = request.parameter("x-oss-signature-version")
  if (version === V4_ALGORITHM) return () => claimV4Query(request, surroundings)
  if (version === "OSS2") return () => claimV2Query(request, surroundings.clock)
  if (version !== undefined) throw invalidAuthorization("0002-00000202")
  const isV1 = ["OSSAccessKeyId", "Signature", "Expires"].some(
    (name) => request.parameter(name) !== undefined,
  )
  return isV1 ? () => claimV1Query(request, surroundings.clock) : undefined
}

/**
 * There are no temporary credentials yet, so no access key belongs to a token, and ignoring the token would accept
 * something that was never issued. The service reports a long-term access key with a token as unknown.
 */
function checkNoSecurityToken({ headers, parameter }: OssRequest, { accessKeyId }: Claim): void {
  const token =
    headers.get("x-oss-security-token") ??
    parameter("security-token") ??
    parameter("x-oss-security-token")
  if (token !== undefined) throw unknownAccessKey(accessKeyId)
}

/** The secret used when the access key id is unknown, so that an unknown id takes as long as a wrong signature. */
const NO_SECRET = "no such access key"

function checkClaim(
  request: OssRequest,
  claim: Claim,
  accessKey: AccessKey | undefined,
): Authenticated {
  let signed: Signed | undefined
  for (const reading of request.readings) {
    const expected = claim.sign(accessKey?.accessKeySecret ?? NO_SECRET, reading)
    signed ??= expected
    if (isSame(expected.signature, claim.signature) && accessKey !== undefined) {
      return { principal: accessKey.principal, accessKeyId: claim.accessKeyId, reading }
    }
  }
  if (accessKey === undefined || signed === undefined) {
    throw unknownAccessKey(claim.accessKeyId)
  }
  throw mismatch(claim, signed)
}

function unknownAccessKey(accessKeyId: string): OssError {
  return new OssError("InvalidAccessKeyId", { fields: { OSSAccessKeyId: accessKeyId } })
}

/** In constant time; a difference in length is not a secret. */
function isSame(expected: string, given: string): boolean {
  const left = Buffer.from(expected, "latin1")
  const right = Buffer.from(given, "latin1")
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Reports what was signed here, which is how a client's author finds the difference; never the expected signature. */
function mismatch(claim: Claim, { stringToSign, canonicalRequest }: Signed): OssError {
  return new OssError("SignatureDoesNotMatch", {
    fields: {
      OSSAccessKeyId: claim.accessKeyId,
      SignatureProvided: claim.signature,
      StringToSign: stringToSign.toString(),
      StringToSignBytes: (stringToSign.toString("hex").match(/../g) ?? []).join(" ").toUpperCase(),
      ...(canonicalRequest === undefined ? {} : { CanonicalRequest: canonicalRequest }),
    },
  })
}

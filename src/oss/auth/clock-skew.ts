import { type Clock, isoTime } from "../../base/clock.ts"
import { OssError } from "../errors.ts"
import { parseHttpDate } from "../http-date.ts"

export const SKEW_MS_MAX = 900_000

/** The time that a header states, in milliseconds. Throws AccessDenied. */
export function validDate(text: string): number {
  const ms = parseHttpDate(text) ?? parseBasicIso(text)
  if (ms !== undefined) return ms
  throw new OssError("AccessDenied", { message: "OSS authentication requires a valid Date." })
}

/** yyyymmddThhmmssZ in milliseconds, or undefined. */
export function parseBasicIso(text: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hours, minutes, seconds] = match.map(Number)
  const ms = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hours, minutes, seconds)
  return Number.isNaN(ms) ? undefined : ms
}

/**
 * Throws RequestTimeTooSkewed when a request was signed more than 15 minutes from now; the Java SDK corrects its clock
 * from the response.
 */
export function checkSkew(signedMs: number, clock: Clock): void {
  const nowMs = clock.nowMs()
  if (Math.abs(nowMs - signedMs) <= SKEW_MS_MAX) return
  throw new OssError("RequestTimeTooSkewed", {
    fields: {
      MaxAllowedSkewMilliseconds: String(SKEW_MS_MAX),
      RequestTime: isoTime(signedMs),
      ServerTime: isoTime(nowMs),
    },
  })
}

export function invalidAuthorization(ec = "0002-00000203"): OssError {
  return new OssError("InvalidArgument", { message: "Authorization header is invalid.", ec })
}

import {
  checkConditions,
  type Conditions,
  isSameEtag,
  wholeSeconds,
} from "../objects/conditions.ts"
import type { ObjectVersion } from "../objects/rows/records.ts"
import { RuleBroken } from "../objects/rule-broken.ts"
import { OssError } from "./errors.ts"
import { parseHttpDate } from "./http-date.ts"
import type { Headers } from "./operation.ts"
import type { OssRequest } from "./request.ts"

/** The conditions of a read (prefix "") or of a copy's source. An invalid date is ignored, as HTTP requires. */
export function readConditions(
  { headers }: OssRequest,
  prefix: "" | "x-oss-copy-source-",
): Conditions {
  const ifMatch = headers.get(`${prefix}if-match`)
  const ifNoneMatch = headers.get(`${prefix}if-none-match`)
  const ifModifiedSinceMs = readDate(headers.get(`${prefix}if-modified-since`))
  const ifUnmodifiedSinceMs = readDate(headers.get(`${prefix}if-unmodified-since`))
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSinceMs === undefined ? {} : { ifModifiedSinceMs }),
    ...(ifUnmodifiedSinceMs === undefined ? {} : { ifUnmodifiedSinceMs }),
  }
}

/**
 * Throws as `checkConditions` does, for what a read returns. NotModified carries those response headers that keep a
 * cache fresh (RFC 9110, 15.4.5).
 */
export function checkReadConditions(
  request: OssRequest,
  record: Pick<ObjectVersion, "etag" | "lastModifiedMs">,
  answered: () => Headers,
): void {
  try {
    checkConditions(readConditions(request, ""), record)
  } catch (error) {
    if (!(error instanceof RuleBroken) || error.code !== "NotModified") throw error
    const kept = answered().filter(([name]) => FRESHENING.has(name.toLowerCase()))
    throw new OssError("NotModified", { headers: Object.fromEntries(kept) })
  }
}

const FRESHENING: ReadonlySet<string> = new Set([
  "cache-control",
  "content-location",
  "etag",
  "expires",
  "last-modified",
  "vary",
  "x-oss-version-id",
])

/**
 * Whether If-Range permits the Range: it names the object's time or its strong ETag, or is absent. Otherwise the
 * response is the whole object, so that a client never joins two versions.
 */
export function isRangeStillMeant(
  { headers }: OssRequest,
  record: Pick<ObjectVersion, "etag" | "lastModifiedMs">,
): boolean {
  const value = headers.get("if-range")
  if (value === undefined) return true
  const dateMs = parseHttpDate(value)
  if (dateMs !== undefined) return dateMs === wholeSeconds(record.lastModifiedMs)
  return isSameEtag(value, record.etag.text)
}

function readDate(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseHttpDate(text)
}

import type { Etag } from "./rows/records.ts"
import { RuleBroken } from "./rule-broken.ts"

/** The conditions of a read, or of a copy's source. Times in milliseconds; ETags as the client sent them. */
export interface Conditions {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly ifModifiedSinceMs?: number
  readonly ifUnmodifiedSinceMs?: number
}

function etagMatches(list: string, etag: string): boolean {
  return list.split(",").some((item) => {
    const wanted = item.trim().replace(/^"(.*)"$/, "$1")
    return wanted === "*" || wanted.toUpperCase() === etag
  })
}

/** HTTP dates have whole seconds, so a time is compared as the client saw it in Last-Modified. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

/**
 * Throws PreconditionFailed (412) with the name of the condition, or NotModified (304). If-Match is looked at before
 * If-Unmodified-Since, both before If-None-Match and If-Modified-Since; a failed one of the first pair wins.
 */
export function checkConditions(
  conditions: Conditions,
  object: { readonly etag: Pick<Etag, "text">; readonly lastModifiedMs: number },
): void {
  const modifiedMs = wholeSeconds(object.lastModifiedMs)
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  if (ifMatch !== undefined && !etagMatches(ifMatch, object.etag.text)) throw failed("If-Match")
  if (ifUnmodifiedSinceMs !== undefined && modifiedMs > ifUnmodifiedSinceMs) {
    throw failed("If-Unmodified-Since")
  }
  if (ifNoneMatch !== undefined) {
    if (etagMatches(ifNoneMatch, object.etag.text)) throw new RuleBroken("NotModified")
    return
  }
  if (ifModifiedSinceMs !== undefined && modifiedMs <= ifModifiedSinceMs) {
    throw new RuleBroken("NotModified")
  }
}

function failed(condition: string): RuleBroken {
  return new RuleBroken("PreconditionFailed", { Condition: condition })
}

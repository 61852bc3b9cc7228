import type { Etag } from "./rows/records.ts"
import { RuleBroken } from "./rule-broken.ts"

/** The conditions of a read, or of a copy's source. Times in milliseconds; ETags as the client sent them. */
export interface Conditions {
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
  readonly ifModifiedSinceMs?: number
  readonly ifUnmodifiedSinceMs?: number
}

/** Weak tags (`W/"..."`) match where an equivalent copy is enough, but not where the exact bytes are required. */
function etagMatches(list: string, etag: string, comparison: "strong" | "weak"): boolean {
  return list.split(",").some((item) => {
    const tag = item.trim()
    const strong = comparison === "weak" ? tag.replace(/^W\//, "") : tag
    return strong === "*" || isSameEtag(strong, etag)
  })
}

/** Whether a strong tag, quoted or not, is the object's. Ignores case. */
export function isSameEtag(tag: string, etag: string): boolean {
  return tag.replace(/^"(.*)"$/, "$1").toUpperCase() === etag
}

/** HTTP dates have whole seconds, so a time is compared as the client saw it in Last-Modified. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

/**
 * Throws ConditionFailed (412) with the name of the condition, or NotModified (304). In the first pair, If-Match
 * overrides If-Unmodified-Since; in the second, If-None-Match overrides If-Modified-Since (RFC 9110, 13.2.2).
 */
export function checkConditions(
  conditions: Conditions,
  object: { readonly etag: Pick<Etag, "text">; readonly lastModifiedMs: number },
): void {
  const modifiedMs = wholeSeconds(object.lastModifiedMs)
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  if (ifMatch !== undefined) {
    if (!etagMatches(ifMatch, object.etag.text, "strong")) throw failed("ifMatch")
  } else if (ifUnmodifiedSinceMs !== undefined && modifiedMs > ifUnmodifiedSinceMs) {
    throw failed("ifUnmodifiedSince")
  }
  if (ifNoneMatch !== undefined) {
    if (etagMatches(ifNoneMatch, object.etag.text, "weak")) throw new RuleBroken("NotModified")
    return
  }
  if (ifModifiedSinceMs !== undefined && modifiedMs <= ifModifiedSinceMs) {
    throw new RuleBroken("NotModified")
  }
}

function failed(condition: "ifMatch" | "ifUnmodifiedSince"): RuleBroken {
  return new RuleBroken("ConditionFailed", { condition })
}

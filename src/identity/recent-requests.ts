import type { Clock } from "../base/clock.ts"

/** One operation of the key service's API or of administration, or one that changes a bucket, with its outcome. */
export interface RecentRequest {
  readonly requestId: string
  readonly atMs: number
  readonly door: "oss" | "kms" | "console"
  /** `kms:Encrypt`, `oss:PutBucketAcl`, `console:disableKey` */
  readonly action: string
  /** The access key that signed, or that is signed in; "" when it is not known. */
  readonly caller: string
  readonly sourceAddress: string
  readonly cmkId: string | undefined
  readonly status: number
  /** undefined when it succeeded. */
  readonly errorCode: string | undefined
  readonly ms: number
}

export interface RecentRequestFilter {
  /** Part of the action's name, in any case of letters. */
  readonly action?: string | undefined
  readonly caller?: string | undefined
  readonly cmkId?: string | undefined
  readonly result?: "success" | "failure" | undefined
}

/** About 2 MB. */
const KEPT_MAX = 5000
/** Names come from requests. */
const TEXT_MAX = 256

/** The last few thousand operations since the start, in memory. */
export interface RecentRequests {
  readonly keptMax: number
  readonly sinceMs: number
  add(request: RecentRequest): void
  /** The newest first, older than the one numbered `before`; `next` numbers the last one when there are more. */
  list(options: {
    readonly filter: RecentRequestFilter
    readonly before: number
    readonly limit: number
  }): { readonly items: readonly RecentRequest[]; readonly next: number | undefined }
}

export function createRecentRequests(clock: Clock): RecentRequests {
  /** The request with number n is at index n modulo `KEPT_MAX`. */
  const ring: RecentRequest[] = []
  let added = 0
  return {
    keptMax: KEPT_MAX,
    sinceMs: clock.nowMs(),
    add(request) {
      ring[added % KEPT_MAX] = {
        ...request,
        action: request.action.slice(0, TEXT_MAX),
        caller: request.caller.slice(0, TEXT_MAX),
        cmkId: request.cmkId?.slice(0, TEXT_MAX),
      }
      added += 1
    },
    list({ filter, before, limit }) {
      const items: RecentRequest[] = []
      const oldest = Math.max(added - KEPT_MAX, 0)
      let last = 0
      for (let number = Math.min(before, added) - 1; number >= oldest; number -= 1) {
        const request = ring[number % KEPT_MAX]
        if (request === undefined || !matches(request, filter)) continue
        if (items.length === limit) return { items, next: last }
        items.push(request)
        last = number
      }
      return { items, next: undefined }
    },
  }
}

function matches(request: RecentRequest, filter: RecentRequestFilter): boolean {
  const { action, caller, cmkId, result } = filter
  return (
    (action === undefined || request.action.toLowerCase().includes(action.toLowerCase())) &&
    (caller === undefined || request.caller === caller) &&
    (cmkId === undefined || request.cmkId === cmkId) &&
    (result === undefined || (request.errorCode === undefined) === (result === "success"))
  )
}

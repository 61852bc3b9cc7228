import type { OperationName as KmsOperationName } from "../kms-api/operation-names.ts"
import type { OperationName as OssOperationName } from "../oss/operation-names.ts"

export type { KmsOperationName, OssOperationName }

/** What a request meets instead of, before or after its operation. */
export type FaultEffect =
  /** The request gets this error, in the form of its protocol, and nothing is done. */
  | {
      readonly kind: "error"
      /** From 400 to 599. */
      readonly status: number
      /** `ServiceUnavailable` and the like; any text, because the service has more codes than this server. */
      readonly code: string
      readonly message?: string
    }
  /** The request waits this long, and is then served as usual. */
  | { readonly kind: "delay"; readonly ms: number }
  /**
   * The request's connection breaks. Without `afterBytes` nothing is done. With it, the operation is done, and its
   * response breaks off after that many bytes of the body, at the latest before the last byte. A response without a
   * body does not begin.
   */
  | { readonly kind: "cut"; readonly afterBytes?: number }

interface FaultLimits {
  /** How many requests meet it; all when omitted. */
  readonly times?: number
  readonly effect: FaultEffect
}

export interface OssFault extends FaultLimits {
  readonly door: "oss"
  readonly operation: OssOperationName
  /** Only requests for this object; all when omitted. */
  readonly objectKey?: string
}

export interface KmsFault extends FaultLimits {
  readonly door: "kms"
  readonly operation: KmsOperationName
}

export type Fault = OssFault | KmsFault

export interface AddedFault {
  /** How many requests have met it. */
  readonly hits: number
  readonly remove: () => void
}

export interface Faults {
  /**
   * From now on, correctly signed requests for this operation meet the fault until it is removed or has been met
   * `times` times. If several faults match, a request meets the one that was added first. Throws RangeError for an
   * invalid fault.
   */
  readonly add: (fault: Fault) => AddedFault
  /** Removes all. Requests that wait for the end of a delay continue at once. */
  readonly clear: () => void
}

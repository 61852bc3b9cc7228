import type { Caller } from "./caller.ts"

/** What a caller wants to do, in the terms of the policy language. */
export interface Demand {
  /** `kms:Decrypt`, `oss:GetObject` */
  readonly action: string
  /** `acs:kms:REGION:ACCOUNT:key/ID`, `acs:oss:*:ACCOUNT:BUCKET/OBJECT` */
  readonly resource: string
}

export type Verdict = "allowed" | "denied"

/** The account that owns the resource and the keeper may do everything, all other callers nothing. */
export function judge({ principal }: Caller, _demand: Demand, ownerAccountId: string): Verdict {
  switch (principal.kind) {
    case "account":
      return principal.accountId === ownerAccountId ? "allowed" : "denied"
    case "service":
      return "allowed"
    case "anonymous":
      return "denied"
  }
}

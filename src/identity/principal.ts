/**
 * Who makes a request. The service itself does when the keeper works on stored data. RAM users and STS sessions will be
 * further arms.
 */
export type Principal =
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "service"; readonly service: "keeper" }
  | { readonly kind: "anonymous" }

export const ANONYMOUS: Principal = { kind: "anonymous" }

/** A principal in the log. */
export function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case "account":
      return principal.accountId
    case "service":
      return principal.service
    case "anonymous":
      return "anonymous"
  }
}

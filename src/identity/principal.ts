/** Who sends a request. RAM users and STS sessions come later, as further arms. */
export type Principal =
  { readonly kind: "account"; readonly accountId: string } | { readonly kind: "anonymous" }

export const ANONYMOUS: Principal = { kind: "anonymous" }

import type { Principal } from "../identity/principal.ts"
import { ApiError } from "./errors.ts"
import type { Permission } from "./operation.ts"

/** An account may do everything with its own CMKs, and nobody else anything. Throws ApiError. */
export function authorize(principal: Principal, permission: Permission, accountId: string): void {
  if (principal.kind === "account" && principal.accountId === accountId) return
  throw new ApiError("Forbidden.NoPermission", `This operation needs the permission ${permission}.`)
}

import { judge } from "../identity/judge.ts"
import { allAliasesArn, allCmksArn } from "../kms/cmk-reference.ts"
import { ApiError } from "./errors.ts"
import type { Call, Needs, Operation } from "./operation.ts"

/** The operation names a CMK or an alias: there is nothing to check before it is found. */
export const askedOfWhatIsNamed: Needs = () => []

/** The operation concerns all CMKs. */
export function ofAllCmks(action: "kms:CreateKey" | "kms:ListKeys"): Needs {
  return ({ scope }) => [{ action, resource: allCmksArn(scope) }]
}

/** The operation concerns all aliases. */
export function ofAllAliases(action: "kms:ListAliases"): Needs {
  return ({ scope }) => [{ action, resource: allAliasesArn(scope) }]
}

/** Throws ApiError unless the caller is allowed everything that the operation needs. */
export function checkNeeds(operation: Operation, call: Call): void {
  for (const demand of operation.needs(call)) {
    if (judge(call.caller, demand, call.scope.accountId) === "allowed") continue
    const message = `This operation needs the permission ${demand.action}.`
    throw new ApiError("Forbidden.NoPermission", message)
  }
}

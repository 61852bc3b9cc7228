import type { Caller } from "../identity/caller.ts"
import { judge } from "../identity/judge.ts"
import type { KmsScope } from "./cmk-reference.ts"
import { KmsError } from "./kms-error.ts"

/** The actions of the key service, as policies name them. */
export type KmsAction =
  | "kms:CancelKeyDeletion"
  | "kms:CreateAlias"
  | "kms:CreateKey"
  | "kms:Decrypt"
  | "kms:DeleteAlias"
  | "kms:DescribeAccountKmsStatus"
  | "kms:DescribeKey"
  | "kms:DisableKey"
  | "kms:EnableKey"
  | "kms:Encrypt"
  | "kms:GenerateDataKey"
  | "kms:GenerateDataKeyWithoutPlaintext"
  | "kms:ListAliases"
  | "kms:ListAliasesByKeyId"
  | "kms:ListKeyVersions"
  | "kms:ListKeys"
  | "kms:OpenKmsService"
  | "kms:ScheduleKeyDeletion"
  | "kms:UpdateAlias"
  | "kms:UpdateKeyDescription"
  /** No action of the API: what the keeper does with CMKs whose deletion is due. */
  | "kms:DestroyKeys"
  /** Not an action of the API either: the keeper stores the last uses of CMKs. */
  | "kms:StoreLastUses"

/** The caller of an operation, and its action. */
export interface Ask {
  readonly caller: Caller
  readonly action: KmsAction
}

/** Throws KmsError Forbidden unless the caller may do that with `resource`, an ARN. */
export function checkAllowed(scope: KmsScope, { caller, action }: Ask, resource: string): void {
  if (judge(caller, { action, resource }, scope.accountId) === "allowed") return
  throw new KmsError("Forbidden", `This operation needs the permission ${action}.`, resource)
}

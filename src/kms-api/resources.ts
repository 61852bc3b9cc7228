import { isoTime } from "../base/clock.ts"
import type { Cmk } from "../kms/cmk.ts"
import { aliasArn, cmkArn, type KmsScope } from "../kms/cmk-reference.ts"
import type { UsedKey } from "../kms/cryptography.ts"
import type { Alias, KeyVersion } from "../kms/kms-records.ts"
import type { AnswerFields } from "./answers.ts"

/** The traits that every CMK here has, in the protocol's terms. */
export const CMK_TRAITS = {
  KeySpec: "Aliyun_AES_256",
  KeyUsage: "ENCRYPT/DECRYPT",
  Origin: "Aliyun_KMS",
  ProtectionLevel: "SOFTWARE",
} as const

/** `2016-03-25T10:42:40Z` */
function wireTime(ms: number): string {
  return isoTime(ms).replace(/\.\d{3}Z$/, "Z")
}

/** The KeyMetadata of a response. Dates that do not exist are empty, which the typed SDKs need. */
export function keyMetadata(scope: KmsScope, cmk: Cmk): AnswerFields {
  const { cmkId, creator, state } = cmk
  const createdAt = wireTime(cmk.createdAtMs)
  return {
    Arn: cmkArn(scope, cmkId),
    AutomaticRotation: "Disabled",
    CreationDate: createdAt,
    Creator: creator.kind === "account" ? creator.accountId : creator.service,
    DeleteDate: state.kind === "PendingDeletion" ? wireTime(state.deleteAtMs) : "",
    Description: cmk.description,
    KeyId: cmkId,
    KeyState: state.kind,
    LastRotationDate: createdAt,
    MaterialExpireTime: "",
    PrimaryKeyVersion: cmk.primaryKeyVersionId,
    ...CMK_TRAITS,
  }
}

export function aliasFields(scope: KmsScope, { aliasName, cmkId }: Alias): AnswerFields {
  return { AliasName: aliasName, AliasArn: aliasArn(scope, aliasName), KeyId: cmkId }
}

export function keyVersionFields(cmkId: string, keyVersion: KeyVersion): AnswerFields {
  return {
    KeyId: cmkId,
    KeyVersionId: keyVersion.keyVersionId,
    CreationDate: wireTime(keyVersion.createdAtMs),
  }
}

/** The key that a cryptographic operation used. */
export function usedKeyFields({ cmkId, keyVersionId }: UsedKey): AnswerFields {
  return { KeyId: cmkId, KeyVersionId: keyVersionId }
}

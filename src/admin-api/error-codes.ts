import { MemoryExhausted } from "../base/memory-budget.ts"
import { BodyIncomplete, BodyTooLarge } from "../http/body.ts"
import { SessionsUnavailable } from "../identity/console-sessions.ts"
import { KmsError, type KmsErrorCode } from "../kms/kms-error.ts"
import { NameRefused } from "../objects/name-refused.ts"
import { RuleBroken, type RuleCode } from "../objects/rule-broken.ts"
import { ObjectDamaged } from "../objects/encryption.ts"
import { AdminError, type AdminErrorCode } from "./errors.ts"

const OF_KMS_ERROR: Readonly<Record<KmsErrorCode, AdminErrorCode>> = {
  Forbidden: "AccessDenied",
  ServiceNotEnabled: "KmsNotEnabled",
  ServiceAlreadyOpen: "AlreadyOpen",
  KeyNotFound: "KeyNotFound",
  AliasNotFound: "AliasNotFound",
  AliasExists: "AliasExists",
  KeyDisabled: "KeyDisabled",
  KeyPendingDeletion: "KeyPendingDeletion",
  KeyPendingImport: "KeyPendingImport",
  StateChangeRefused: "StateChangeRefused",
  OwnedByService: "OwnedByService",
  InvalidKeyId: "InvalidRequest",
  InvalidAliasName: "InvalidRequest",
  AliasNotAccepted: "InvalidRequest",
  InvalidDeletionWindow: "InvalidRequest",
  InvalidEncryptionContext: "InvalidRequest",
  InvalidCiphertext: "InvalidCiphertext",
  Unavailable: "Unavailable",
}

const OF_RULE: Readonly<Record<RuleCode, AdminErrorCode>> = {
  AliasNotFound: "AliasNotFound",
  BucketExists: "BucketExists",
  BucketForbidden: "AccessDenied",
  BucketNotEmpty: "BucketNotEmpty",
  BucketNotFound: "BucketNotFound",
  CmkDisabled: "KeyDisabled",
  CmkForbidden: "AccessDenied",
  CmkIdInvalid: "InvalidRequest",
  CmkNotFound: "KeyNotFound",
  CmkPendingDeletion: "KeyPendingDeletion",
  CmkPendingImport: "KeyPendingImport",
  ConditionFailed: "ConditionFailed",
  Crc64Differs: "InvalidRequest",
  DeleteMarkerNamed: "DeleteMarker",
  KmsNotEnabled: "KmsNotEnabled",
  Md5Differs: "InvalidRequest",
  NotAppendable: "InvalidRequest",
  NotModified: "ConditionFailed",
  ObjectExists: "ObjectExists",
  ObjectForbiddenByBucket: "AccessDenied",
  ObjectForbiddenByItself: "AccessDenied",
  ObjectNotFound: "ObjectNotFound",
  PartExists: "PartInvalid",
  PartMissing: "PartInvalid",
  PartNotSequential: "PartInvalid",
  PartTooSmall: "PartInvalid",
  PartsNotAscending: "PartInvalid",
  PositionMissed: "InvalidRequest",
  TooLarge: "TooLarge",
  Unavailable: "Unavailable",
  UploadNotFound: "UploadNotFound",
  VersionNotFound: "VersionNotFound",
}

/** What the caller is told about `error`; InternalFailure for an unexpected one. */
export function toAdminError(error: unknown): AdminError {
  if (error instanceof AdminError) return error
  if (error instanceof RuleBroken) return new AdminError(OF_RULE[error.code], error.message)
  if (error instanceof KmsError) return new AdminError(OF_KMS_ERROR[error.code], error.message)
  if (error instanceof NameRefused) return new AdminError("InvalidRequest", error.message)
  if (error instanceof MemoryExhausted || error instanceof SessionsUnavailable) {
    return new AdminError("Unavailable")
  }
  if (error instanceof BodyTooLarge) return new AdminError("TooLarge")
  if (error instanceof BodyIncomplete) {
    return new AdminError("InvalidRequest", "The body ended too early.")
  }
  if (error instanceof ObjectDamaged) return new AdminError("ObjectDamaged", "", { cause: error })
  return new AdminError("InternalFailure", "", { cause: error })
}

/** The rules of the object store that a request can break. Each is a code of the OSS API, so protocols need no mapping. */
export type RuleCode =
  | "AccessDenied"
  | "AliasNotFound"
  | "BucketAlreadyExists"
  | "BucketNotEmpty"
  | "EntityTooLarge"
  | "EntityTooSmall"
  | "FileAlreadyExists"
  | "IncompleteBody"
  | "InternalError"
  | "InvalidArgument"
  | "InvalidCRC64"
  | "InvalidDigest"
  | "InvalidParameter"
  | "InvalidPart"
  | "InvalidPartOrder"
  | "InvalidRange"
  | "KeyDisabled"
  | "KeyNotFound"
  | "KeyPendingDeletion"
  | "KeyPendingImport"
  | "MalformedXML"
  | "NoSuchBucket"
  | "NoSuchKey"
  | "NoSuchServerSideEncryptionRule"
  | "NoSuchUpload"
  | "NotModified"
  | "PreconditionFailed"
  | "ServiceUnavailable"

/** Further elements of an error answer, in the order in which they are given. */
export type RuleFields = Readonly<Record<string, string>>

/** A request broke a rule; nothing was changed. `message` replaces the code's usual text when it is not empty. */
export class RuleBroken extends Error {
  override name = "RuleBroken"
  readonly code: RuleCode
  readonly fields: RuleFields
  constructor(code: RuleCode, fields: RuleFields = {}, message = "") {
    super(message)
    this.code = code
    this.fields = fields
  }
}

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
  | "MethodNotAllowed"
  | "NoSuchKey"
  | "NoSuchServerSideEncryptionRule"
  | "NoSuchUpload"
  | "NoSuchVersion"
  | "NotModified"
  | "ObjectNotAppendable"
  | "PartAlreadyExist"
  | "PartNotSequential"
  | "PositionNotEqualToLength"
  | "PreconditionFailed"
  | "ServiceUnavailable"

/** Further elements of an error answer, in the order in which they are given. */
export type RuleFields = Readonly<Record<string, string>>

/** A request broke a rule; nothing was changed. `message` replaces the code's usual text when it is not empty. */
export class RuleBroken extends Error {
  override name = "RuleBroken"
  readonly code: RuleCode
  readonly fields: RuleFields
  /** The service's fine-grained code, where one code has several. */
  readonly ec: string | undefined
  constructor(code: RuleCode, fields: RuleFields = {}, message = "", ec?: string) {
    super(message)
    this.code = code
    this.fields = fields
    this.ec = ec
  }
}

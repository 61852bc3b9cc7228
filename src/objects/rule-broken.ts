/** The rules of the object store that a request can break, in its own words: each protocol says how it answers to each. */
export type RuleCode =
  | "AliasNotFound"
  | "BucketExists"
  | "BucketForbidden"
  | "BucketNotEmpty"
  | "BucketNotFound"
  | "CmkDisabled"
  | "CmkForbidden"
  | "CmkIdInvalid"
  | "CmkNotFound"
  | "CmkPendingDeletion"
  | "CmkPendingImport"
  | "ConditionFailed"
  | "Crc64Differs"
  | "DeleteMarkerNamed"
  | "KmsNotEnabled"
  | "Md5Differs"
  | "NotAppendable"
  | "NotModified"
  | "ObjectExists"
  | "ObjectForbiddenByBucket"
  | "ObjectForbiddenByItself"
  | "ObjectNotFound"
  | "PartExists"
  | "PartMissing"
  | "PartNotSequential"
  | "PartTooSmall"
  | "PartsNotAscending"
  | "PositionMissed"
  | "TooLarge"
  | "Unavailable"
  | "UploadNotFound"
  | "VersionNotFound"

/** What a rule was broken about. */
export interface RuleDetails {
  readonly bucketName?: string
  readonly objectKey?: string
  readonly versionId?: string
  readonly uploadId?: string
  readonly partNumber?: number
  readonly etag?: string
  readonly condition?: "ifMatch" | "ifUnmodifiedSince"
}

/** A request broke a rule; nothing was changed. `message`, when it is not empty, says more than the code. */
export class RuleBroken extends Error {
  override name = "RuleBroken"
  readonly code: RuleCode
  readonly details: RuleDetails
  constructor(code: RuleCode, details: RuleDetails = {}, message = "") {
    super(message)
    this.code = code
    this.details = details
  }
}

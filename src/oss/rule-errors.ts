import { PositionMissed } from "../objects/append.ts"
import { DeleteMarkerFound } from "../objects/read.ts"
import type { RuleBroken, RuleCode, RuleDetails } from "../objects/rule-broken.ts"
import { OssError, type OssErrorCode } from "./errors.ts"

/** How the OSS listener reports a broken rule. */
interface RuleAnswer {
  readonly code: OssErrorCode
  readonly message?: string
  readonly ec?: string
  /** Elements in addition to those of the details. */
  readonly elements?: Readonly<Record<string, string>>
  /** The element with the object's name, where it is not Key. */
  readonly objectKeyElement?: string
}

/** A rule without a response does not compile. */
const ANSWERS: Readonly<Record<RuleCode, RuleAnswer>> = {
  AliasNotFound: { code: "AliasNotFound" },
  BucketExists: { code: "BucketAlreadyExists" },
  BucketForbidden: { code: "AccessDenied" },
  BucketNotEmpty: { code: "BucketNotEmpty" },
  BucketNotFound: { code: "NoSuchBucket" },
  CmkDisabled: { code: "KeyDisabled" },
  KmsNotEnabled: { code: "KmsServiceNotEnabled" },
  CmkForbidden: { code: "AccessDenied", message: "This request is forbidden by kms." },
  CmkIdInvalid: { code: "InvalidParameter" },
  CmkNotFound: { code: "KeyNotFound" },
  CmkPendingDeletion: { code: "KeyPendingDeletion" },
  CmkPendingImport: { code: "KeyPendingImport" },
  ConditionFailed: { code: "PreconditionFailed" },
  Crc64Differs: { code: "InvalidCRC64" },
  DeleteMarkerNamed: { code: "MethodNotAllowed", elements: { ResourceType: "DeleteMarker" } },
  Md5Differs: { code: "InvalidDigest" },
  NotAppendable: { code: "ObjectNotAppendable" },
  NotModified: { code: "NotModified" },
  ObjectExists: { code: "FileAlreadyExists", objectKeyElement: "ObjectName" },
  ObjectForbiddenByBucket: { code: "AccessDenied" },
  ObjectForbiddenByItself: { code: "AccessDenied", ec: "0016-00000616" },
  ObjectNotFound: { code: "NoSuchKey" },
  PartExists: { code: "PartAlreadyExist" },
  PartMissing: { code: "InvalidPart" },
  PartNotSequential: { code: "PartNotSequential" },
  PartTooSmall: { code: "EntityTooSmall" },
  PartsNotAscending: { code: "InvalidPartOrder" },
  PositionMissed: { code: "PositionNotEqualToLength" },
  TooLarge: { code: "EntityTooLarge" },
  Unavailable: { code: "ServiceUnavailable" },
  UploadNotFound: { code: "NoSuchUpload" },
  VersionNotFound: { code: "NoSuchVersion" },
}

const ELEMENTS: Readonly<Record<keyof RuleDetails, string>> = {
  bucketName: "BucketName",
  objectKey: "Key",
  versionId: "VersionId",
  uploadId: "UploadId",
  partNumber: "PartNumber",
  etag: "ETag",
  condition: "Condition",
}

const CONDITIONS: Readonly<Record<NonNullable<RuleDetails["condition"]>, string>> = {
  ifMatch: "If-Match",
  ifUnmodifiedSince: "If-Unmodified-Since",
}

/** The response to a broken rule. */
export function errorOfRule(broken: RuleBroken): OssError {
  const answer = ANSWERS[broken.code]
  const message = broken.message === "" ? answer.message : broken.message
  return new OssError(answer.code, {
    fields: { ...elementsOf(broken.details, answer), ...answer.elements },
    headers: headersOfRule(broken),
    ...(message === undefined ? {} : { message }),
    ...(answer.ec === undefined ? {} : { ec: answer.ec }),
  })
}

/** In the order in which the details are given. */
function elementsOf(
  details: RuleDetails,
  { objectKeyElement }: RuleAnswer,
): Readonly<Record<string, string>> {
  const { condition } = details
  const spelled =
    condition === undefined ? details : { ...details, condition: CONDITIONS[condition] }
  const names =
    objectKeyElement === undefined ? ELEMENTS : { ...ELEMENTS, objectKey: objectKeyElement }
  return Object.fromEntries(
    Object.entries(spelled).map(([name, value]) => [
      names[name as keyof RuleDetails],
      String(value),
    ]),
  )
}

/** What clients look for in the headers of some refusals. */
function headersOfRule(broken: RuleBroken): Readonly<Record<string, string>> {
  if (broken instanceof DeleteMarkerFound) {
    const marker = { "x-oss-delete-marker": "true", "x-oss-version-id": broken.versionId }
    return broken.code === "DeleteMarkerNamed" ? { ...marker, Allow: "DELETE" } : marker
  }
  if (broken instanceof PositionMissed) {
    return { "x-oss-next-append-position": String(broken.position) }
  }
  return {}
}

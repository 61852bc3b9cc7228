import { AnsweredAsIs } from "../base/answered-as-is.ts"
import { MemoryExhausted } from "../base/memory-budget.ts"
import { BodyIncomplete } from "../http/body.ts"
import { KmsError, type KmsErrorCode } from "../kms/kms-error.ts"

interface ErrorKind {
  readonly status: number
  readonly message: string
}

/**
 * Every error of the KMS protocol that osseal returns. Source: the service's pages "Responses" and "Common error
 * codes"; clients retry on Rejected.Throttling, ServiceUnavailableTemporary and InternalFailure only.
 */
export const API_ERRORS = {
  MissingAction: { status: 400, message: "Action is mandatory for this action." },
  MissingVersion: { status: 400, message: "Version is mandatory for this action." },
  MissingAccessKeyId: { status: 400, message: "AccessKeyId is mandatory for this action." },
  MissingSignature: { status: 400, message: "Signature is mandatory for this action." },
  MissingSignatureMethod: { status: 400, message: "SignatureMethod is mandatory for this action." },
  MissingSignatureVersion: {
    status: 400,
    message: "SignatureVersion is mandatory for this action.",
  },
  MissingTimestamp: { status: 400, message: "Timestamp is mandatory for this action." },
  InvalidVersion: { status: 400, message: "Specified parameter Version is not valid." },
  "InvalidApi.NotFound": {
    status: 404,
    message: "Specified api is not found, please check your url and method.",
  },
  IncompleteSignature: {
    status: 400,
    message: "The request signature does not conform to the standards of the service.",
  },
  InvalidSignatureMethod: { status: 400, message: "The signature method is not supported." },
  SignatureDoesNotMatch: {
    status: 400,
    message: "Specified signature is not matched with our calculation.",
  },
  SignatureNonceUsed: { status: 400, message: "The request signature nonce has been used." },
  "InvalidTimeStamp.Format": {
    status: 400,
    message: "The specified time stamp is not well formed.",
  },
  "InvalidTimeStamp.Expired": {
    status: 400,
    message: "The specified time stamp or date value is expired.",
  },
  "InvalidAccessKeyId.NotFound": { status: 404, message: "Specified access key is not found." },
  "InvalidSecurityToken.Malformed": {
    status: 400,
    message: "The security token is not valid: this server issues no temporary credentials.",
  },
  UnsupportedHTTPMethod: { status: 403, message: "This http method is not supported." },
  ParseRequestParameterException: {
    status: 400,
    message: "The request parameters cannot be parsed.",
  },
  MissingParameter: { status: 400, message: "A required parameter is missing." },
  InvalidParameter: { status: 400, message: "A parameter is not valid." },
  AliasAlreadyExists: { status: 400, message: "The alias already exists." },
  UnsupportedOperation: { status: 400, message: "This action is not supported." },
  "Unsupported.Alias": { status: 400, message: "This action accepts no alias." },
  "Unsupported.Origin": { status: 400, message: "The key origin is not supported." },
  "Unsupported.ProtectionLevel": { status: 400, message: "The protection level is not supported." },
  "Forbidden.NoPermission": { status: 403, message: "This operation is forbidden." },
  "Forbidden.KmsServiceNotEnabled": {
    status: 403,
    message: "The KMS service is not enabled.",
  },
  "Forbidden.Opened": { status: 400, message: "The KMS service is already enabled." },
  "Forbidden.KeyNotFound": { status: 404, message: "The specified Key is not found." },
  "Forbidden.AliasNotFound": { status: 404, message: "The specified Alias is not found." },
  "Rejected.Disabled": { status: 409, message: "The key is disabled." },
  "Rejected.PendingDeletion": { status: 409, message: "The key is pending deletion." },
  "Rejected.PendingImport": { status: 409, message: "The key is pending import." },
  "Rejected.StateModifiedFailed": {
    status: 409,
    message: "The state of the key does not allow this change.",
  },
  DryRunOperationError: {
    status: 400,
    message: "The request would have succeeded, but the DryRun parameter is set.",
  },
  ValidationError: { status: 400, message: "The request would have failed." },
  AccessDeniedError: { status: 403, message: "The request would have been forbidden." },
  InternalFailure: { status: 500, message: "Internal failure." },
  ServiceUnavailableTemporary: { status: 503, message: "The service is temporarily unavailable." },
} as const

export type ApiErrorCode = keyof typeof API_ERRORS

/** The content of an error response. */
export interface AnsweredError {
  readonly code: string
  readonly status: number
  readonly message: string
}

/** A request that gets an error of the protocol. */
export class ApiError extends Error implements AnsweredError {
  override name = "ApiError"
  readonly code: ApiErrorCode
  /** When `message` is omitted, the code's own. */
  constructor(code: ApiErrorCode, message: string = API_ERRORS[code].message) {
    super(message)
    this.code = code
  }
  get status(): number {
    const kind: ErrorKind = API_ERRORS[this.code]
    return kind.status
  }
}

const OF_KMS_ERROR: Readonly<Record<KmsErrorCode, ApiErrorCode>> = {
  Forbidden: "Forbidden.NoPermission",
  ServiceNotEnabled: "Forbidden.KmsServiceNotEnabled",
  ServiceAlreadyOpen: "Forbidden.Opened",
  KeyNotFound: "Forbidden.KeyNotFound",
  AliasNotFound: "Forbidden.AliasNotFound",
  AliasExists: "AliasAlreadyExists",
  KeyDisabled: "Rejected.Disabled",
  KeyPendingDeletion: "Rejected.PendingDeletion",
  KeyPendingImport: "Rejected.PendingImport",
  StateChangeRefused: "Rejected.StateModifiedFailed",
  OwnedByService: "UnsupportedOperation",
  InvalidKeyId: "InvalidParameter",
  InvalidAliasName: "InvalidParameter",
  AliasNotAccepted: "Unsupported.Alias",
  InvalidDeletionWindow: "InvalidParameter",
  InvalidEncryptionContext: "InvalidParameter",
  InvalidCiphertext: "InvalidParameter",
  Unavailable: "ServiceUnavailableTemporary",
}

/** What the caller is told about `error`; InternalFailure for an unexpected one. */
export function toApiError(error: unknown): AnsweredError {
  if (error instanceof ApiError || error instanceof AnsweredAsIs) return error
  if (error instanceof MemoryExhausted) return new ApiError("ServiceUnavailableTemporary")
  if (error instanceof BodyIncomplete) {
    return new ApiError("ParseRequestParameterException", "The body ended too early.")
  }
  if (error instanceof KmsError) return new ApiError(OF_KMS_ERROR[error.code], error.message)
  return new ApiError("InternalFailure")
}

interface ErrorKind {
  readonly status: number
  readonly message: string
}

/** Every error that the admin API returns: its status and its usual text. */
export const ADMIN_ERRORS = {
  AccessDenied: { status: 403, message: "You may not do that." },
  AliasExists: { status: 409, message: "An alias of that name already exists." },
  AliasNotFound: { status: 404, message: "There is no such alias." },
  AlreadyOpen: { status: 409, message: "The key service is already activated." },
  BucketExists: { status: 409, message: "A bucket of that name already exists." },
  BucketNotEmpty: { status: 409, message: "The bucket is not empty." },
  BucketNotFound: { status: 404, message: "There is no such bucket." },
  ConditionFailed: { status: 412, message: "The object is not the one that was named." },
  CsrfTokenInvalid: {
    status: 403,
    message: "The request does not carry the token of this session.",
  },
  DeleteMarker: { status: 409, message: "That version is a delete marker: it has no content." },
  InsecureOrigin: {
    status: 403,
    message:
      "This page came over plain HTTP from another machine, so anyone on the network path could take over the session. Open the console over HTTPS, or at a loopback address.",
  },
  InternalFailure: { status: 500, message: "The server failed. Its log has the details." },
  InvalidCiphertext: {
    status: 400,
    message: "The ciphertext does not open with this encryption context.",
  },
  InvalidProof: { status: 401, message: "The access key or its secret is wrong." },
  InvalidRequest: { status: 400, message: "The request is not valid." },
  KeyDisabled: { status: 409, message: "The CMK is disabled." },
  KeyNotFound: { status: 404, message: "There is no such CMK." },
  KeyPendingDeletion: { status: 409, message: "The CMK is scheduled for deletion." },
  KeyPendingImport: { status: 409, message: "The CMK has no key material yet." },
  KmsNotEnabled: { status: 403, message: "The key service is not activated." },
  MethodNotAllowed: { status: 405, message: "That address does not accept this method." },
  NotFound: { status: 404, message: "There is nothing at this address." },
  NotPreviewable: { status: 409, message: "Objects of this kind or size are not shown." },
  NotSignedIn: { status: 401, message: "You are not signed in, or the session has ended." },
  ObjectDamaged: { status: 500, message: "The stored form of the object is damaged." },
  ObjectExists: { status: 409, message: "An object of that name already exists." },
  ObjectNotFound: { status: 404, message: "There is no such object." },
  OwnedByService: {
    status: 403,
    message: "The CMK belongs to the object store and is read-only.",
  },
  PartInvalid: { status: 400, message: "The parts do not form an object." },
  ReauthenticationNeeded: {
    status: 403,
    message: "Prove again that you have the secret of the access key.",
  },
  StateChangeRefused: { status: 409, message: "The state of the CMK does not allow that." },
  TooLarge: { status: 400, message: "That is larger than the limit." },
  TooManyAttempts: {
    status: 429,
    message: "Too many attempts to sign in failed. Wait, and try again.",
  },
  Unavailable: { status: 503, message: "The server cannot do that now. Try again." },
  UploadNotFound: { status: 404, message: "There is no such upload." },
  VersionNotFound: { status: 404, message: "There is no such version." },
} as const

export type AdminErrorCode = keyof typeof ADMIN_ERRORS

/** What every operation may return. */
export const COMMON_ERRORS: readonly AdminErrorCode[] = [
  "AccessDenied",
  "InternalFailure",
  "InvalidRequest",
  "Unavailable",
]

/** For operations that name one version of an object. */
export const VERSION_ERRORS: readonly AdminErrorCode[] = [
  "BucketNotFound",
  "DeleteMarker",
  "ObjectNotFound",
  "VersionNotFound",
]

/** For operations that use a CMK: because of its state, or because it does not exist. */
export const CMK_ERRORS: readonly AdminErrorCode[] = [
  "KeyDisabled",
  "KeyNotFound",
  "KeyPendingDeletion",
  "KeyPendingImport",
  "KmsNotEnabled",
]

/** The admin API refuses: the pipeline turns this into an error response. */
export class AdminError extends Error {
  override name = "AdminError"
  readonly code: AdminErrorCode
  readonly status: number
  /** Seconds after which the same request may succeed. */
  readonly retryAfterSeconds: number | undefined
  /** For InvalidRequest: what is not valid. */
  readonly field: string | undefined
  constructor(
    code: AdminErrorCode,
    message = "",
    options: {
      readonly retryAfterSeconds?: number
      readonly field?: string
      readonly cause?: unknown
    } = {},
  ) {
    const kind: ErrorKind = ADMIN_ERRORS[code]
    super(message === "" ? kind.message : message, { cause: options.cause })
    this.code = code
    this.status = kind.status
    this.retryAfterSeconds = options.retryAfterSeconds
    this.field = options.field
  }
}

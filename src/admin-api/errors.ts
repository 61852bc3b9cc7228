interface ErrorKind {
  readonly status: number
  readonly message: string
}

/** Every error that the admin API answers: its status, and its usual text. */
export const ADMIN_ERRORS = {
  AccessDenied: { status: 403, message: "You may not do that." },
  AliasExists: { status: 409, message: "There is an alias of that name already." },
  AliasNotFound: { status: 404, message: "There is no such alias." },
  AlreadyOpen: { status: 409, message: "The key service is activated already." },
  BucketExists: { status: 409, message: "There is a bucket of that name already." },
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
      "This page came over plain HTTP from another machine, so whoever is on the way could take the session over. Open the console over HTTPS, or at a loopback address.",
  },
  InternalFailure: { status: 500, message: "The server failed. Its log tells more." },
  InvalidCiphertext: {
    status: 400,
    message: "The ciphertext does not open with this encryption context.",
  },
  InvalidProof: { status: 401, message: "The access key or its secret is not right." },
  InvalidRequest: { status: 400, message: "The request is not valid." },
  KeyDisabled: { status: 409, message: "The CMK is disabled." },
  KeyNotFound: { status: 404, message: "There is no such CMK." },
  KeyPendingDeletion: { status: 409, message: "The CMK waits for its deletion." },
  KeyPendingImport: { status: 409, message: "The CMK waits for its key material." },
  KmsNotEnabled: { status: 403, message: "The key service is not activated." },
  MethodNotAllowed: { status: 405, message: "That address does not take this method." },
  NotFound: { status: 404, message: "There is nothing at this address." },
  NotPreviewable: { status: 409, message: "Objects of this kind or size are not shown." },
  NotSignedIn: { status: 401, message: "You are not signed in, or the session has ended." },
  ObjectDamaged: { status: 500, message: "The stored form of the object is damaged." },
  ObjectExists: { status: 409, message: "There is an object of that name already." },
  ObjectNotFound: { status: 404, message: "There is no such object." },
  OwnedByService: {
    status: 403,
    message: "The CMK belongs to the object store and is read-only.",
  },
  PartInvalid: { status: 400, message: "The parts do not make up an object." },
  ReauthenticationNeeded: {
    status: 403,
    message: "Prove once more that you have the secret of the access key.",
  },
  StateChangeRefused: { status: 409, message: "The state of the CMK does not allow that." },
  TooLarge: { status: 400, message: "That is larger than what is taken." },
  TooManyAttempts: {
    status: 429,
    message: "Too many attempts to sign in failed. Wait, and try again.",
  },
  Unavailable: { status: 503, message: "The server cannot do that now. Try again." },
  UploadNotFound: { status: 404, message: "There is no such upload." },
  VersionNotFound: { status: 404, message: "There is no such version." },
} as const

export type AdminErrorCode = keyof typeof ADMIN_ERRORS

/** What every operation may answer. */
export const COMMON_ERRORS: readonly AdminErrorCode[] = [
  "AccessDenied",
  "InternalFailure",
  "InvalidRequest",
  "Unavailable",
]

/** Of operations that name one version of an object. */
export const VERSION_ERRORS: readonly AdminErrorCode[] = [
  "BucketNotFound",
  "DeleteMarker",
  "ObjectNotFound",
  "VersionNotFound",
]

/** Of operations that use a CMK: by its state, or because there is none. */
export const CMK_ERRORS: readonly AdminErrorCode[] = [
  "KeyDisabled",
  "KeyNotFound",
  "KeyPendingDeletion",
  "KeyPendingImport",
  "KmsNotEnabled",
]

/** The admin API refuses: what the pipeline turns into an error answer. */
export class AdminError extends Error {
  override name = "AdminError"
  readonly code: AdminErrorCode
  readonly status: number
  /** Seconds after which the same request may succeed. */
  readonly retryAfterSeconds: number | undefined
  /** What is not valid, of InvalidRequest. */
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

interface ErrorKind {
  readonly status: number
  readonly message: string
  /** The service's fine-grained code, where the reference knows it; clients treat it as optional. */
  readonly ec?: string
}

/** Every error that the OSS listener returns: status and usual text as on the service's error pages. */
export const OSS_ERRORS = {
  AccessDenied: { status: 403, message: "AccessDenied" },
  AliasNotFound: { status: 404, message: "The specified Alias is not found." },
  BadRequest: { status: 400, message: "The request is not valid." },
  BucketAlreadyExists: {
    status: 409,
    message:
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    ec: "0015-00000104",
  },
  BucketNotEmpty: {
    status: 409,
    message: "The bucket has objects. Please delete them first.",
    ec: "0015-00000301",
  },
  EntityTooLarge: {
    status: 400,
    message: "Your proposed upload exceeds the maximum allowed size.",
  },
  EntityTooSmall: {
    status: 400,
    message: "Your proposed upload smaller than the minimum allowed size.",
  },
  FileAlreadyExists: {
    status: 409,
    message: "The object you specified already exists and can not be overwritten.",
  },
  IncompleteBody: {
    status: 400,
    message: "You did not provide the number of bytes specified by the Content-Length HTTP header.",
  },
  InternalError: {
    status: 500,
    message: "We encountered an internal error. Please try again.",
  },
  InvalidAccessKeyId: {
    status: 403,
    message: "The OSS Access Key Id you provided does not exist in our records.",
    ec: "0002-00000902",
  },
  InvalidArgument: { status: 400, message: "Invalid Argument." },
  InvalidBucketName: { status: 400, message: "The specified bucket is not valid." },
  InvalidCRC64: {
    status: 400,
    message: "The x-oss-hash-crc64ecma you specified does not match the body.",
  },
  InvalidDataEncryptionAlgorithmError: {
    status: 400,
    message: "The KMS Data Encryption request you specified is not valid. Supported value:SM4",
    ec: "0005-00000203",
  },
  InvalidDigest: { status: 400, message: "The Content-MD5 you specified was invalid." },
  InvalidEncryptionRequest: {
    status: 400,
    message: "The client-side encryption request is not valid.",
  },
  InvalidEncryptionAlgorithmError: {
    status: 400,
    message: "The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS",
    ec: "0005-00000003",
  },
  InvalidLocationConstraint: {
    status: 400,
    message: "The specified location-constraint is not valid.",
  },
  InvalidObjectName: { status: 400, message: "The specified object is not valid." },
  InvalidParameter: { status: 400, message: "The specified parameter KMS keyId is not valid." },
  InvalidPart: {
    status: 400,
    message:
      "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
  },
  InvalidPartOrder: {
    status: 400,
    message:
      "The list of parts was not in ascending order. Parts list must specified in order by part number.",
  },
  InvalidRange: { status: 416, message: "The requested range cannot be satisfied" },
  InvalidRequest: { status: 400, message: "The request is not valid." },
  InvalidSecurityToken: {
    status: 403,
    message: "The security token you provided is invalid.",
  },
  KeyDisabled: {
    status: 409,
    message: "The request was rejected because the key state is Disabled.",
    ec: "0005-00000214",
  },
  KeyNotFound: {
    status: 404,
    message: "The specified parameter KMS keyId is not found.",
    ec: "0005-00000208",
  },
  KeyPendingDeletion: {
    status: 409,
    message: "The request was rejected because the key state is PendingDeletion.",
    ec: "0005-00000215",
  },
  KeyPendingImport: {
    status: 409,
    message: "The request was rejected because the key state is PendingImport.",
  },
  KmsServiceNotEnabled: {
    status: 403,
    message: "This user does not turn on KMS service.",
    ec: "0005-00000218",
  },
  MalformedXML: {
    status: 400,
    message:
      "The XML you provided was not well-formed or did not validate against our published schema.",
  },
  MethodNotAllowed: {
    status: 405,
    message: "The specified method is not allowed against this resource.",
  },
  MissingArgument: {
    status: 400,
    message: "Missing Some Required Arguments.",
    ec: "0016-00000502",
  },
  MissingContentLength: {
    status: 411,
    message: "You must provide the Content-Length HTTP header.",
  },
  NoSuchBucket: {
    status: 404,
    message: "The specified bucket does not exist.",
    ec: "0015-00000101",
  },
  NoSuchBucketPolicy: { status: 404, message: "The bucket policy does not exist." },
  NoSuchKey: { status: 404, message: "The specified key does not exist.", ec: "0026-00000001" },
  NoSuchServerSideEncryptionRule: {
    status: 404,
    message: "The server side encryption configuration was not found.",
  },
  NoSuchUpload: {
    status: 404,
    message:
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    ec: "0042-00000002",
  },
  NoSuchVersion: { status: 404, message: "The specified version does not exist." },
  NotImplemented: {
    status: 400,
    message:
      "A header or query parameter you provided implies functionality that is not implemented.",
  },
  NotModified: { status: 304, message: "Not Modified" },
  ObjectNotAppendable: { status: 409, message: "The object is not appendable." },
  PartAlreadyExist: {
    status: 409,
    message: "For sequential multipart upload, you can't overwrite uploaded parts.",
  },
  PartNotSequential: {
    status: 400,
    message:
      "For sequential multipart upload, you must upload or complete parts with sequential part number.",
  },
  PositionNotEqualToLength: {
    status: 409,
    message: "Position is not equal to file length",
    ec: "0026-00000016",
  },
  PreconditionFailed: {
    status: 412,
    message: "At least one of the pre-conditions you specified did not hold.",
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: "The difference between the request time and the current time is too large.",
    ec: "0002-00000504",
  },
  ServiceUnavailable: {
    status: 503,
    message: "Please reduce your request rate or try again later.",
  },
  SignatureDoesNotMatch: {
    status: 403,
    message:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ec: "0002-00000040",
  },
} as const

export type OssErrorCode = keyof typeof OSS_ERRORS

/** The content of an error response. */
export interface AnsweredError {
  readonly code: string
  readonly status: number
  readonly message: string
  readonly ec: string | undefined
  /** Further elements of the body, in order. */
  readonly fields: Readonly<Record<string, string>>
  /** Further headers of the response. */
  readonly headers: Readonly<Record<string, string>>
}

/** The service refuses: the pipeline turns this into an error response. */
export class OssError extends Error implements AnsweredError {
  override name = "OssError"
  readonly code: OssErrorCode
  readonly status: number
  readonly ec: string | undefined
  readonly fields: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  constructor(
    code: OssErrorCode,
    options: {
      readonly message?: string
      readonly ec?: string
      readonly fields?: Readonly<Record<string, string>>
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    const kind: ErrorKind = OSS_ERRORS[code]
    super(options.message === undefined || options.message === "" ? kind.message : options.message)
    this.code = code
    this.status = kind.status
    this.ec = options.ec ?? kind.ec
    this.fields = options.fields ?? {}
    this.headers = options.headers ?? {}
  }
}

/** 400 InvalidArgument about one header, parameter or element. */
export function invalidArgument(
  message: string,
  argument: { readonly name: string; readonly value: string },
  ec?: string,
): OssError {
  return new OssError("InvalidArgument", {
    message,
    fields: { ArgumentName: argument.name, ArgumentValue: argument.value },
    ...(ec === undefined ? {} : { ec }),
  })
}

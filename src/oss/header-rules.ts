import { invalidArgument, OssError } from "./errors.ts"
import type { OperationName } from "./operation-names.ts"
import type { Operation } from "./operation.ts"
import type { OssRequest } from "./request.ts"

// What happens with every x-oss-* header, and with every parameter of the service that is not a sub-resource. One that
// asks for something is either honoured, or refused by name by each operation that is not listed with it.

/** `everywhere`: it signs the request, every operation reads it, or it asks for what is true anyway. */
type Taken = "everywhere" | readonly OperationName[]

/** A map, because an object has names of its own, such as `constructor`, which a client can send too. */
function tableOf(rows: Readonly<Record<string, Taken>>): ReadonlyMap<string, Taken> {
  return new Map(Object.entries(rows))
}

const WRITES = ["PutObject", "CopyObject", "InitiateMultipartUpload", "AppendObject"] as const

const COPIES = ["CopyObject", "UploadPartCopy"] as const

/** Set by Initiate; clients such as ali-oss send them along with every part and with Complete. */
const REPEATED = ["UploadPart", "UploadPartCopy", "CompleteMultipartUpload"] as const

/**
 * They say nothing that concerns a read. Clients such as Go v1 and oss2 send one set of headers with all their
 * requests.
 */
const OF_WRITES: ReadonlySet<string> = new Set([
  "x-oss-acl",
  "x-oss-object-acl",
  "x-oss-storage-class",
  "x-oss-forbid-overwrite",
])

const HEADERS: ReadonlyMap<string, Taken> = tableOf({
  // Signatures.
  "x-oss-date": "everywhere",
  "x-oss-security-token": "everywhere",
  "x-oss-content-sha256": "everywhere",
  // Encryption has its own rule, which is applied before this one.
  "x-oss-server-side-encryption": "everywhere",
  "x-oss-server-side-encryption-key-id": "everywhere",
  "x-oss-server-side-data-encryption": "everywhere",
  // Nobody is charged, so the requester may offer to pay.
  "x-oss-request-payer": "everywhere",
  // Operations that transfer objects slow down; elsewhere there is nothing to slow down.
  "x-oss-traffic-limit": "everywhere",
  // A bucket's header. A new object honours "private" (attributes.ts), and the suite of Go v1 sends it with any object.
  "x-oss-acl": ["PutBucket", "PutBucketAcl", ...WRITES],
  "x-oss-object-acl": [...WRITES, ...REPEATED, "PutObjectAcl"],
  "x-oss-storage-class": [...WRITES, ...REPEATED],
  "x-oss-forbid-overwrite": ["PutObject", "CopyObject", "InitiateMultipartUpload", ...REPEATED],
  "x-oss-hash-crc64ecma": ["PutObject", "AppendObject", "UploadPart"],
  // Complete reads it; the suite of oss2 sends it with parts too.
  "x-oss-complete-all": REPEATED,
  "x-oss-range-behavior": ["GetObject", "HeadObject"],
  "x-oss-copy-source": COPIES,
  "x-oss-copy-source-range": ["UploadPartCopy"],
  "x-oss-copy-source-if-match": COPIES,
  "x-oss-copy-source-if-none-match": COPIES,
  "x-oss-copy-source-if-modified-since": COPIES,
  "x-oss-copy-source-if-unmodified-since": COPIES,
  "x-oss-metadata-directive": ["CopyObject"],
  // No object has tags, so copying the source's tags and replacing them with none come to the same.
  "x-oss-tagging-directive": ["CopyObject"],
  "x-oss-allow-same-action-overlap": [],
  "x-oss-async-process": [],
  "x-oss-bucket-tagging": [],
  "x-oss-multi-range-behavior": [],
  "x-oss-process": [],
  "x-oss-resource-group-id": [],
  "x-oss-select-output-raw": [],
  "x-oss-symlink-target": [],
})

/**
 * Headers of these families guard data or act on it. They are refused, including those that are not known yet. Any
 * other unknown x-oss-* header is ignored, as in the service (its own page about signatures sends `x-oss-magic`).
 */
const GUARDING_FAMILIES = [
  "x-oss-callback",
  "x-oss-forbid-",
  "x-oss-legal-hold",
  "x-oss-object-",
  "x-oss-retain",
  "x-oss-server-side-",
  "x-oss-tagging",
  "x-oss-worm",
]

/** ali-oss repeats each header of a copy with this prefix; only those in the table have a meaning. */
const COPY_PREFIX = "x-oss-copy-source-"

const PARAMETERS: ReadonlyMap<string, Taken> = tableOf({
  callback: [],
  "callback-var": [],
  sequential: ["InitiateMultipartUpload", ...REPEATED],
  "x-oss-callback": [],
  "x-oss-callback-var": [],
  "x-oss-request-payer": "everywhere",
  "x-oss-traffic-limit": "everywhere",
})

const METHODS_OF_READS: ReadonlySet<string> = new Set(["GET", "HEAD"])

/**
 * A read may ignore these: it then returns more than was asked for. A write that ignored them would do what the client
 * forbade.
 */
const CONDITIONS = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"]

/** The body is a part of an object, which would replace the whole (RFC 9110, 14.5). */
const PARTIAL_WRITE = "content-range"

/** Accepted values. Nobody is charged in either case. */
const PAYERS = ["requester", "bucketowner"]

/**
 * Throws NotImplemented with the name of the header or parameter that asks for something the operation does not
 * support.
 */
export function checkAskedFor(
  operation: Pick<Operation, "name" | "match">,
  request: Pick<OssRequest, "headers" | "query">,
): void {
  const isRead = METHODS_OF_READS.has(operation.match.method)
  for (const name of request.headers.keys()) {
    if (!name.startsWith("x-oss-") || (isRead && OF_WRITES.has(name))) continue
    if (!isTaken(name, operation.name)) throw headerNotImplemented(name)
  }
  for (const { name } of request.query) {
    const taken = PARAMETERS.get(name)
    if (taken !== undefined && !includes(taken, operation.name)) throw headerNotImplemented(name)
  }
  checkConditionsOfWrite(operation, request.headers)
  checkPayer(request)
}

function isTaken(name: string, operation: string): boolean {
  const taken = HEADERS.get(name)
  if (taken !== undefined) return includes(taken, operation)
  if (name.startsWith(COPY_PREFIX)) return true
  return !GUARDING_FAMILIES.some((family) => name.startsWith(family))
}

function includes(taken: Taken, operation: string): boolean {
  return taken === "everywhere" || taken.some((each) => each === operation)
}

/**
 * RFC 9110 says to ignore this condition on anything but a GET; PutObject must refuse it nevertheless (suite of Go v1).
 */
const IGNORED_BY_INITIATE = "if-modified-since"

function checkConditionsOfWrite(
  { name: operation, match: { method } }: Pick<Operation, "name" | "match">,
  headers: OssRequest["headers"],
): void {
  if (METHODS_OF_READS.has(method)) return
  if (headers.has(PARTIAL_WRITE)) throw headerNotImplemented(PARTIAL_WRITE)
  // For a copy, ali-oss sends each condition twice. It then belongs to the source, and is checked there.
  const condition = CONDITIONS.find(
    (name) =>
      headers.has(name) &&
      headers.get(name) !== headers.get(COPY_PREFIX + name) &&
      !(operation === "InitiateMultipartUpload" && name === IGNORED_BY_INITIATE),
  )
  if (condition !== undefined) throw headerNotImplemented(condition)
}

function checkPayer({ headers, query }: Pick<OssRequest, "headers" | "query">): void {
  const name = "x-oss-request-payer"
  const value = headers.get(name) ?? query.find((each) => each.name === name)?.value
  if (value === undefined || PAYERS.includes(value.toLowerCase())) return
  throw invalidArgument("The payer is requester or BucketOwner.", { name, value })
}

export function headerNotImplemented(name: string): OssError {
  return new OssError("NotImplemented", {
    message: "A header you provided implies functionality that is not implemented.",
    fields: { Header: name },
  })
}

import type { BucketRecord, ObjectAcl, ObjectAttributes } from "../objects/rows/records.ts"
import { STORAGE_CLASSES } from "../objects/rows/tally.ts"
import {
  isStoredHeader,
  META_BYTES_MAX,
  META_PREFIX,
  metadataBytes,
} from "../objects/stored-headers.ts"
import { invalidArgument } from "./errors.ts"
import type { OssRequest } from "./request.ts"

const OBJECT_ACLS: readonly ObjectAcl[] = ["default", "private", "public-read", "public-read-write"]

/** What a request stores with a new object of the bucket in addition to its bytes. Throws OssError. */
export function readAttributes(
  request: OssRequest,
  bucket: Pick<BucketRecord, "storageClass">,
): ObjectAttributes {
  const { headers } = request
  return {
    headers: { ...readStoredHeaders(request) },
    acl: readAclOfNew(headers),
    storageClass: readStorageClass(headers.get("x-oss-storage-class") ?? bucket.storageClass),
  }
}

/**
 * Reads the ACL of a new object. Terraform's backend sends `x-oss-acl`, a header for buckets, with each PUT of a state, and Go
 * v1's suite sends it with any object. The service ignores it. This server applies "private" and ignores any other ACL, which
 * publishes nothing. Throws InvalidArgument for a value that is not an ACL.
 */
function readAclOfNew(headers: OssRequest["headers"]): ObjectAcl {
  const ofBucket = readObjectAcl(headers.get("x-oss-acl"), "x-oss-acl")
  const named = headers.get("x-oss-object-acl")
  if (named !== undefined) return readObjectAcl(named)
  return ofBucket === "private" ? ofBucket : "default"
}

function readStoredHeaders({ headers }: OssRequest): Record<string, string> {
  const stored = Object.fromEntries([...headers].filter(([name]) => isStoredHeader(name)))
  const metaBytes = metadataBytes(headers)
  if (metaBytes > META_BYTES_MAX) {
    throw invalidArgument("The total size of user metadata is more than 8 KB.", {
      name: META_PREFIX,
      value: String(metaBytes),
    })
  }
  return { "content-type": "application/octet-stream", ...stored }
}

/** An empty value counts as absent. Throws InvalidArgument for a value that is not an ACL. */
export function readObjectAcl(value: string | undefined, name = "x-oss-object-acl"): ObjectAcl {
  if (value === undefined || value === "") return "default"
  const acl = OBJECT_ACLS.find((each) => each === value)
  if (acl !== undefined) return acl
  throw invalidArgument("no such object access control exists", { name, value })
}

/** The ACL that the request names; undefined when it names none. Throws InvalidArgument for any other value. */
export function readNamedAcl({ headers }: OssRequest): ObjectAcl | undefined {
  const value = headers.get("x-oss-object-acl") ?? ""
  return value === "" ? undefined : readObjectAcl(value)
}

/** Whether the request names a header that is stored with an object. */
export function namesStoredHeaders({ headers }: OssRequest): boolean {
  return [...headers.keys()].some(isStoredHeader)
}

/** Throws InvalidArgument for any other value. */
export function readStorageClass(value: string | undefined): string {
  if (value === undefined) return "Standard"
  if (STORAGE_CLASSES.some((each) => each === value)) return value
  throw invalidArgument(
    "no such storage class exists",
    { name: "x-oss-storage-class", value },
    "0013-00000101",
  )
}

/** Whether the request refuses to replace an object. Throws InvalidArgument for anything but true and false. */
export function readForbidOverwrite({ headers }: OssRequest): boolean {
  const value = headers.get("x-oss-forbid-overwrite")?.toLowerCase()
  if (value === undefined || value === "false") return false
  if (value === "true") return true
  throw invalidArgument("The header takes true or false.", {
    name: "x-oss-forbid-overwrite",
    value,
  })
}

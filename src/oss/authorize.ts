import type { Principal } from "../identity/principal.ts"
import type { Bucket } from "../objects/buckets.ts"
import { findObject } from "../objects/read.ts"
import type { ObjectKey } from "../objects/names.ts"
import type { ObjectStore } from "../objects/object-store.ts"
import type { BucketAcl, ObjectAcl } from "../objects/records.ts"
import { OssError } from "./errors.ts"
import type { AclAccess } from "./operation.ts"

/** Throws AccessDenied unless somebody signed. */
export function checkSigned(principal: Principal): void {
  if (principal.kind === "anonymous") {
    throw denied("Anonymous access is forbidden for this operation.")
  }
}

/** Whether the principal's account owns the bucket, and so may do everything with it. */
export function isOwner(principal: Principal, bucket: Bucket): boolean {
  return principal.kind === "account" && principal.accountId === bucket.record.ownerId
}

function denied(message: string): OssError {
  return new OssError("AccessDenied", { message })
}

const READABLE: readonly BucketAcl[] = ["public-read", "public-read-write"]
const WRITABLE: readonly BucketAcl[] = ["public-read-write"]

/** Throws AccessDenied unless the principal owns the bucket or its ACL lets everyone in. */
export function checkBucketAccess(
  principal: Principal,
  bucket: Bucket,
  access: Extract<AclAccess, "owner" | "bucket-read" | "bucket-write">,
): void {
  if (isOwner(principal, bucket)) return
  const acls = { owner: [], "bucket-read": READABLE, "bucket-write": WRITABLE }[access]
  if (acls.some((acl) => acl === bucket.record.acl)) return
  throw denied("Anonymous user has no right to access this bucket.")
}

/**
 * Throws AccessDenied unless the principal owns the bucket or the ACL that counts, the object's own or else its
 * bucket's, lets everyone in. A name that is not there is judged by the bucket's.
 */
export async function checkObjectAccess(
  store: ObjectStore,
  principal: Principal,
  bucket: Bucket,
  objectKey: ObjectKey,
  access: "object-read" | "object-write",
): Promise<void> {
  if (isOwner(principal, bucket)) return
  const record = await findObject(store, bucket, objectKey)
  const acl: ObjectAcl = record?.acl ?? "default"
  const acls = access === "object-read" ? READABLE : WRITABLE
  if (acl === "default") {
    if (acls.includes(bucket.record.acl)) return
    throw denied("You have no right to access this object because of bucket acl.")
  }
  if (acls.includes(acl)) return
  const what = access === "object-read" ? "read" : "write"
  throw denied(`You do not have ${what} permission on this object.`)
}

/**
 * Throws AccessDenied unless the principal may use CMKs: what is under one is for those who signed, whatever the ACLs
 * say. Source: the service's page of 403 errors.
 */
export function checkCmkUse(principal: Principal): void {
  if (principal.kind === "anonymous") throw denied("This request is forbidden by kms.")
}

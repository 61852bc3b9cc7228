import type { Caller } from "../identity/caller.ts"
import type { Bucket } from "./buckets.ts"
import type { ObjectStore } from "./object-store.ts"
import type { BucketAcl, ObjectVersion } from "./rows/records.ts"
import { findVersion, objectOf, type VersionSelector } from "./rows/version-rows.ts"
import { RuleBroken } from "./rule-broken.ts"
import type { Target } from "./target.ts"

/** What is done with a bucket or an object, as ACLs distinguish it. */
export type Access = "read" | "write"

const ACLS_OF_ACCESS: Readonly<Record<Access, readonly BucketAcl[]>> = {
  read: ["public-read", "public-read-write"],
  write: ["public-read-write"],
}

/** Whether the caller may do everything with the bucket: its owner, and the store itself. */
export function isOwner({ principal }: Caller, bucket: Bucket): boolean {
  return (
    principal.kind === "service" ||
    (principal.kind === "account" && principal.accountId === bucket.record.ownerId)
  )
}

/** Throws BucketForbidden unless the caller owns the bucket or its ACL allows everyone. */
export function checkBucketRight(caller: Caller, bucket: Bucket, access: Access | "own"): void {
  if (isOwner(caller, bucket)) return
  if (access !== "own" && ACLS_OF_ACCESS[access].includes(bucket.record.acl)) return
  throw new RuleBroken("BucketForbidden", {}, "Anonymous user has no right to access this bucket.")
}

/**
 * Throws RuleBroken unless the caller owns the bucket or the applicable ACL allows everyone: the object's own, or else
 * its bucket's. A name without an object is judged by the bucket's ACL. Called when a request arrives, and again by
 * every attempt to commit.
 */
export function checkObjectRight(
  caller: Caller,
  bucket: Bucket,
  object: ObjectVersion | undefined,
  access: Access,
): void {
  if (isOwner(caller, bucket)) return
  const acl = object?.acl ?? "default"
  if (acl === "default") {
    if (ACLS_OF_ACCESS[access].includes(bucket.record.acl)) return
    throw new RuleBroken(
      "ObjectForbiddenByBucket",
      {},
      "You have no right to access this object because of bucket acl.",
    )
  }
  if (ACLS_OF_ACCESS[access].includes(acl)) return
  throw new RuleBroken(
    "ObjectForbiddenByItself",
    {},
    `You do not have ${access} permission on this object.`,
  )
}

/** The same for a version that is not read yet. Reads nothing for an owner. */
export async function checkTargetRight(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  selector: VersionSelector,
  access: Access,
): Promise<void> {
  if (isOwner(caller, bucket)) return
  const found = await findVersion(store, bucket, objectKey, selector)
  checkObjectRight(caller, bucket, objectOf(found?.record), access)
}

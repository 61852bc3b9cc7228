import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

/**
 * PutBucketPolicy is refused, so there is nothing to delete. Clients call this when they clean up, and the service returns 204.
 */
export const deleteBucketPolicy: BucketOperation = {
  name: "DeleteBucketPolicy",
  target: "bucket",
  match: { method: "DELETE", subresource: "policy" },
  needs: ofBucket("oss:DeleteBucketPolicy"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run: () => Promise.resolve({ status: 204 }),
}

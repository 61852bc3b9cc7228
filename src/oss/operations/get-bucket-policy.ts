import { OssError } from "../errors.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

/** PutBucketPolicy is refused, so no bucket has a policy. */
export const getBucketPolicy: BucketOperation = {
  name: "GetBucketPolicy",
  target: "bucket",
  match: { method: "GET", subresource: "policy" },
  needs: ofBucket("oss:GetBucketPolicy"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run: () => Promise.reject(new OssError("NoSuchBucketPolicy")),
}

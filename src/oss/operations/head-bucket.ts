import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

/** Whether a bucket exists and may be read. No document names it, but clients send it and the service answers. */
export const headBucket: BucketOperation = {
  name: "HeadBucket",
  target: "bucket",
  match: { method: "HEAD", subresource: null },
  needs: ofBucket("oss:ListObjects"),
  acl: "bucket-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run() {
    return Promise.resolve({ status: 200 })
  },
}

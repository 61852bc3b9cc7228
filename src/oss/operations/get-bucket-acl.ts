import { aclDocument } from "../acl-xml.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

export const getBucketAcl: BucketOperation = {
  name: "GetBucketAcl",
  target: "bucket",
  match: { method: "GET", subresource: "acl" },
  needs: ofBucket("oss:GetBucketAcl"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run({ bucket, settings }) {
    const root = aclDocument(settings, bucket.record.acl)
    return Promise.resolve({ status: 200, body: { kind: "xml", root } })
  },
}

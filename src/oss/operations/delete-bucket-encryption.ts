import { setDefaultEncryption } from "../../objects/buckets.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

export const deleteBucketEncryption: BucketOperation = {
  name: "DeleteBucketEncryption",
  target: "bucket",
  match: { method: "DELETE", subresource: "encryption" },
  needs: ofBucket("oss:DeleteBucketEncryption"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket }) {
    await setDefaultEncryption(store, bucket, { method: "none" })
    return { status: 204 }
  },
}

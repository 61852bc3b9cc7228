import { deleteBucket as deleteEmptyBucket } from "../../objects/buckets.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"

export const deleteBucket: BucketOperation = {
  name: "DeleteBucket",
  target: "bucket",
  match: { method: "DELETE", subresource: null },
  needs: ofBucket("oss:DeleteBucket"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket }) {
    await deleteEmptyBucket(store, bucket)
    return { status: 204 }
  },
}

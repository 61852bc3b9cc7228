import { z } from "zod"
import { setBucketAcl as setAcl } from "../../objects/buckets.ts"
import { ownBucket, viewOfBucketNamed } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketView, oneBucket } from "../schemas/bucket.ts"
import { bucketAcl } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const setBucketAcl: Operation = defineOperation({
  name: "setBucketAcl",
  tag: "buckets",
  summary: "Sets the ACL of a bucket",
  method: "PUT",
  path: "/api/buckets/{bucket}/acl",
  parameters: oneBucket,
  body: named("SetAclRequest", z.strictObject({ acl: bucketAcl })),
  output: bucketView,
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:PutBucketAcl"),
  run: async (call, { bucket: name, acl }) => {
    await setAcl(call.store, await ownBucket(call, name), acl)
    return viewOfBucketNamed(call, name)
  },
})

import { deleteBucket as removeBucket } from "../../objects/buckets.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { oneBucket } from "../schemas/bucket.ts"

export const deleteBucket: Operation = defineOperation({
  name: "deleteBucket",
  tag: "buckets",
  summary: "Deletes an empty bucket together with its bucket key",
  method: "DELETE",
  path: "/api/buckets/{bucket}",
  parameters: oneBucket,
  errors: ["BucketNotEmpty", "BucketNotFound"],
  needs: ofBucket("oss:DeleteBucket"),
  run: async (call, { bucket: name }) => {
    await removeBucket(call.store, await ownBucket(call, name))
    return undefined
  },
})

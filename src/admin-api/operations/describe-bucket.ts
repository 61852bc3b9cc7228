import { viewOfBucketNamed } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketView, oneBucket } from "../schemas/bucket.ts"

export const describeBucket: Operation = defineOperation({
  name: "describeBucket",
  tag: "buckets",
  summary: "The settings of a bucket, and what it contains",
  method: "GET",
  path: "/api/buckets/{bucket}",
  parameters: oneBucket,
  output: bucketView,
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:GetBucketInfo"),
  run: (call, { bucket }) => viewOfBucketNamed(call, bucket),
})

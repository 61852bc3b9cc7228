import { z } from "zod"
import { setVersioning } from "../../objects/buckets.ts"
import { ownBucket, viewOfBucketNamed } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketView, oneBucket } from "../schemas/bucket.ts"
import { named } from "../schemas/named.ts"

export const setBucketVersioning: Operation = defineOperation({
  name: "setBucketVersioning",
  tag: "buckets",
  summary: "Starts or stops keeping versions",
  method: "PUT",
  path: "/api/buckets/{bucket}/versioning",
  parameters: oneBucket,
  body: named(
    "SetVersioningRequest",
    z.strictObject({ versioning: z.enum(["enabled", "suspended"]) }),
  ),
  output: bucketView,
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:PutBucketVersioning"),
  run: async (call, { bucket: name, versioning }) => {
    await setVersioning(call.store, await ownBucket(call, name), versioning)
    return viewOfBucketNamed(call, name)
  },
})

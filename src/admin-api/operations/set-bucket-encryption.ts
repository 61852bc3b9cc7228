import { setDefaultEncryption } from "../../objects/buckets.ts"
import { ownBucket, viewOfBucketNamed } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { choiceOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketView, oneBucket } from "../schemas/bucket.ts"
import { encryptionChoice } from "../schemas/fields.ts"

export const setBucketEncryption: Operation = defineOperation({
  name: "setBucketEncryption",
  tag: "buckets",
  summary: "Sets the default encryption; existing objects stay as they are",
  method: "PUT",
  path: "/api/buckets/{bucket}/encryption",
  parameters: oneBucket,
  body: encryptionChoice,
  output: bucketView,
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:PutBucketEncryption"),
  run: async (call, { bucket: name, ...choice }) => {
    const bucket = await ownBucket(call, name)
    await setDefaultEncryption(call.store, bucket, choiceOf(choice))
    return viewOfBucketNamed(call, name)
  },
})

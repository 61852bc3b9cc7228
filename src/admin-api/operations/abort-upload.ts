import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { abortUpload as giveUp, loadUpload } from "../../objects/uploads.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofObject } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketName } from "../schemas/fields.ts"
import { uploadFields } from "../schemas/upload.ts"

export const abortUpload: Operation = defineOperation({
  name: "abortUpload",
  tag: "uploads",
  summary: "Aborts an upload, without creating an object",
  method: "DELETE",
  path: "/api/buckets/{bucket}/uploads",
  parameters: z.strictObject({ bucket: bucketName, ...uploadFields }),
  errors: ["BucketNotFound", "UploadNotFound"],
  needs: ofObject("oss:AbortMultipartUpload"),
  run: async (call, { bucket: name, objectKey: key, uploadId: id }) => {
    const { caller, store } = call
    const target = { caller, bucket: await ownBucket(call, name), objectKey: parseObjectKey(key) }
    await giveUp(store, await loadUpload(store, target, id))
    return undefined
  },
})

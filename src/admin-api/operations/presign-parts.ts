import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { loadUpload } from "../../objects/uploads.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofObject } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { presign } from "../presigning.ts"
import { oneBucket } from "../schemas/bucket.ts"
import { named } from "../schemas/named.ts"
import { partNumber, presigned, uploadFields } from "../schemas/upload.ts"

const UPLOAD_SECONDS = 3600

export const presignParts: Operation = defineOperation({
  name: "presignParts",
  tag: "uploads",
  summary: "Requests that store parts; each response has the part's ETag in a header",
  method: "POST",
  path: "/api/buckets/{bucket}/uploads/presign-parts",
  parameters: oneBucket,
  takesList: true,
  body: named(
    "PresignPartsRequest",
    z.strictObject({ ...uploadFields, partNumbers: z.array(partNumber).min(1).max(100) }),
  ),
  output: named(
    "PresignedParts",
    z.object({ parts: z.array(z.object({ partNumber, request: presigned })) }),
  ),
  errors: ["BucketNotFound", "UploadNotFound"],
  needs: ofObject("oss:PutObject"),
  run: async (call, { bucket: name, objectKey: key, uploadId: id, partNumbers }) => {
    const { caller, store } = call
    const target = { caller, bucket: await ownBucket(call, name), objectKey: parseObjectKey(key) }
    const { uploadId: found } = await loadUpload(store, target, id)
    const parts = partNumbers.map((number) => ({
      partNumber: number,
      request: presign(call, {
        method: "PUT",
        bucketName: name,
        objectKey: key,
        parameters: { partNumber: String(number), uploadId: found },
        expiresSeconds: UPLOAD_SECONDS,
      }),
    }))
    return { parts }
  },
})

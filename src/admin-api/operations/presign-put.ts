import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { ownBucket } from "../bucket-view.ts"
import { AdminError } from "../errors.ts"
import { ofObject } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { presign, putHeadersOf } from "../presigning.ts"
import { oneBucket } from "../schemas/bucket.ts"
import { named } from "../schemas/named.ts"
import { newObjectFields, presigned } from "../schemas/upload.ts"

const UPLOAD_SECONDS = 3600

/** Without the header, the bucket's default applies. */
const NO_HEADER =
  "No header requests storage without encryption. To bypass the bucket's default, use initiateUpload."

export const presignPut: Operation = defineOperation({
  name: "presignPut",
  tag: "uploads",
  summary: "A request that stores a small object in one go",
  method: "POST",
  path: "/api/buckets/{bucket}/object/presign-put",
  parameters: oneBucket,
  body: named("PresignPutRequest", z.strictObject(newObjectFields)),
  output: presigned,
  errors: ["BucketNotFound"],
  needs: ofObject("oss:PutObject"),
  run: async (call, { bucket: name, ...fields }) => {
    const { record } = await ownBucket(call, name)
    if (fields.encryption?.method === "none" && record.defaultEncryption.method !== "none") {
      throw new AdminError("InvalidRequest", NO_HEADER, { field: "encryption" })
    }
    return presign(call, {
      method: "PUT",
      bucketName: name,
      objectKey: parseObjectKey(fields.objectKey),
      headers: putHeadersOf(fields),
      expiresSeconds: UPLOAD_SECONDS,
    })
  },
})

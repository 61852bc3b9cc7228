import { z } from "zod"
import { completeUpload as endUpload } from "../../objects/complete-upload.ts"
import { parseObjectKey } from "../../objects/names.ts"
import { loadUpload } from "../../objects/uploads.ts"
import { CMK_ERRORS } from "../errors.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofObject } from "../needs.ts"
import { createAliasFinder, viewOfEncryption } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { oneBucket } from "../schemas/bucket.ts"
import { count, objectKey } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { encryptionFields } from "../schemas/object.ts"
import { partNumber, uploadFields } from "../schemas/upload.ts"

export const completeUpload: Operation = defineOperation({
  name: "completeUpload",
  tag: "uploads",
  summary: "Creates the object from its parts",
  method: "POST",
  path: "/api/buckets/{bucket}/uploads/complete",
  parameters: oneBucket,
  takesList: true,
  body: named(
    "CompleteUploadRequest",
    z.strictObject({
      ...uploadFields,
      parts: z
        .array(z.strictObject({ partNumber, etag: z.string().min(1).max(128) }))
        .min(1)
        .max(10_000),
      overwrite: z.boolean().default(true),
    }),
  ),
  output: named(
    "CompletedUpload",
    z.object({
      objectKey,
      versionId: z.string(),
      etag: z.string(),
      sizeBytes: count,
      crc64: z.string(),
      ...encryptionFields,
    }),
  ),
  errors: [
    "BucketNotFound",
    "ObjectExists",
    "PartInvalid",
    "UploadNotFound",
    ...CMK_ERRORS,
    "AliasNotFound",
  ],
  needs: ofObject("oss:PutObject"),
  run: async (call, { bucket: name, objectKey: key, uploadId: id, parts, overwrite }) => {
    const { caller, store } = call
    const target = { caller, bucket: await ownBucket(call, name), objectKey: parseObjectKey(key) }
    const upload = await loadUpload(store, target, id)
    const wanted = parts.map(({ partNumber: number, etag }) => ({
      partNumber: number,
      etag: etag.replaceAll('"', "").toUpperCase(),
    }))
    const record = await endUpload(store, upload, wanted, { forbidOverwrite: !overwrite })
    return {
      objectKey: key,
      versionId: record.versionId,
      etag: record.etag.text,
      sizeBytes: record.sizeBytes,
      crc64: record.crc64,
      ...(await viewOfEncryption(record.encryption, createAliasFinder(call))),
    }
  },
})

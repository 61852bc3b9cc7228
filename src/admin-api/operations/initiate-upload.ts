import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { initiateUpload as beginUpload } from "../../objects/uploads.ts"
import { ownBucket } from "../bucket-view.ts"
import { AdminError, CMK_ERRORS } from "../errors.ts"
import { ofObject } from "../needs.ts"
import { choiceOf, createAliasFinder, viewOfEncryption } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { storedHeadersOf } from "../presigning.ts"
import { oneBucket } from "../schemas/bucket.ts"
import { count, objectKey, uploadId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { encryptionFields } from "../schemas/object.ts"
import { newObjectFields } from "../schemas/upload.ts"

const MIB = 1024 ** 2
const PARTS_MAX = 10_000
const PART_BYTES_MAX = 5 * 1024 * MIB
/** Small enough to be sent again after a broken connection, large enough to use the bandwidth. */
const PART_BYTES_USUAL = 8 * MIB

/** Whole MiB, so that the object has at most 9,000 parts. */
function partBytesFor(sizeBytes: number): number {
  return Math.max(PART_BYTES_USUAL, Math.ceil(sizeBytes / 9000 / MIB) * MIB)
}

export const initiateUpload: Operation = defineOperation({
  name: "initiateUpload",
  tag: "uploads",
  summary: "Begins a multipart upload",
  method: "POST",
  path: "/api/buckets/{bucket}/uploads",
  parameters: oneBucket,
  body: named(
    "InitiateUploadRequest",
    z.strictObject({ ...newObjectFields, sizeBytes: count.describe("size of the whole object") }),
  ),
  output: named(
    "InitiatedUpload",
    z.object({
      objectKey,
      uploadId,
      partBytes: count.describe("the size of every part except the last"),
      ...encryptionFields,
    }),
  ),
  errors: ["BucketNotFound", "ObjectExists", "TooLarge", ...CMK_ERRORS, "AliasNotFound"],
  needs: ofObject("oss:PutObject"),
  run: async (call, { bucket: name, sizeBytes, ...fields }) => {
    const { caller, store } = call
    if (sizeBytes > PART_BYTES_MAX * PARTS_MAX) throw new AdminError("TooLarge")
    const bucket = await ownBucket(call, name)
    const objectKey = parseObjectKey(fields.objectKey)
    const upload = await beginUpload(
      store,
      { caller, bucket, objectKey },
      {
        attributes: {
          headers: storedHeadersOf(fields),
          acl: "default",
          storageClass: bucket.record.storageClass,
        },
        partOrder: "any",
        encryption: fields.encryption && choiceOf(fields.encryption),
        forbidOverwrite: !fields.overwrite,
      },
    )
    return {
      objectKey,
      uploadId: upload.uploadId,
      partBytes: partBytesFor(sizeBytes),
      ...(await viewOfEncryption(upload.record.encryption, createAliasFinder(call))),
    }
  },
})

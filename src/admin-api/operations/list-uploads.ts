import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { listUploads as listUploadsOf } from "../../objects/list.ts"
import { ownBucket } from "../bucket-view.ts"
import { readContinuation, writeContinuation } from "../continuation.ts"
import { ofBucket } from "../needs.ts"
import { createAliasFinder, viewOfEncryption } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import {
  bucketName,
  continuation,
  limit,
  listName,
  next,
  objectKey,
  time,
  uploadId,
} from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { encryptionFields } from "../schemas/object.ts"

const upload = named(
  "Upload",
  z.object({
    kind: z.literal("upload"),
    objectKey,
    uploadId,
    initiatedAt: time,
    storageClass: z.string(),
    ...encryptionFields,
  }),
)

export const listUploads: Operation = defineOperation({
  name: "listUploads",
  tag: "uploads",
  summary: "The uploads in progress, by name, then by age",
  method: "GET",
  path: "/api/buckets/{bucket}/uploads",
  parameters: z.strictObject({
    bucket: bucketName,
    prefix: listName,
    after: continuation,
    limit,
  }),
  output: named("UploadPage", z.object({ items: z.array(upload), next })),
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:ListMultipartUploads"),
  run: async (call, { bucket: name, prefix, after, limit: most }) => {
    const bucket = await ownBucket(call, name)
    const [keyMarker, uploadIdMarker] = readContinuation(after)
    const { entries, isTruncated } = await listUploadsOf(call.store, bucket, {
      prefix,
      delimiter: "",
      keyMarker: keyMarker ?? "",
      uploadIdMarker: uploadIdMarker ?? "",
      limit: most,
    })
    const aliasOf = createAliasFinder(call)
    const found = entries.filter((entry) => entry.kind === "upload")
    const items = await Promise.all(
      found.map(async ({ objectKey: key, uploadId: id, record }) => ({
        kind: "upload" as const,
        objectKey: key,
        uploadId: id,
        initiatedAt: isoTime(record.initiatedMs),
        storageClass: record.storageClass,
        ...(await viewOfEncryption(record.encryption, aliasOf)),
      })),
    )
    const last = items.at(-1)
    if (!isTruncated || last === undefined) return { items, next: null }
    return { items, next: writeContinuation([last.objectKey, last.uploadId]) }
  },
})

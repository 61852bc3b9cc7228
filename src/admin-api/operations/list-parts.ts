import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { parseObjectKey } from "../../objects/names.ts"
import { listParts as listPartsOf, loadUpload } from "../../objects/uploads.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofObject } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketName, count, limit, time, wholeNumber } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { partNumber, uploadFields } from "../schemas/upload.ts"

export const listParts: Operation = defineOperation({
  name: "listParts",
  tag: "uploads",
  summary: "The stored parts of an upload: what a browser needs to resume it",
  method: "GET",
  path: "/api/buckets/{bucket}/uploads/parts",
  parameters: z.strictObject({
    bucket: bucketName,
    ...uploadFields,
    after: wholeNumber(0, 10_000).default(0).describe("a part number"),
    limit,
  }),
  output: named(
    "PartPage",
    z.object({
      items: z.array(
        z.object({
          partNumber,
          sizeBytes: count,
          etag: z.string(),
          crc64: z.string(),
          lastModifiedAt: time,
        }),
      ),
      next: partNumber.nullable(),
    }),
  ),
  errors: ["BucketNotFound", "UploadNotFound"],
  needs: ofObject("oss:ListParts"),
  run: async (call, { bucket: name, objectKey: key, uploadId: id, after, limit: most }) => {
    const { caller, store } = call
    const target = { caller, bucket: await ownBucket(call, name), objectKey: parseObjectKey(key) }
    const upload = await loadUpload(store, target, id)
    const options = { afterPartNumber: after, limit: most }
    const { parts, isTruncated } = await listPartsOf(store, upload, options)
    const items = parts.map((part) => ({
      partNumber: part.partNumber,
      sizeBytes: part.sizeBytes,
      etag: part.etag,
      crc64: part.crc64,
      lastModifiedAt: isoTime(part.lastModifiedMs),
    }))
    return { items, next: isTruncated ? (items.at(-1)?.partNumber ?? null) : null }
  },
})

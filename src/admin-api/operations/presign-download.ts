import { z } from "zod"
import { percentEncode } from "../../base/percent-encode.ts"
import { parseObjectKey } from "../../objects/names.ts"
import { loadVersion } from "../../objects/read.ts"
import { VERSION_ERRORS } from "../errors.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofReading } from "../needs.ts"
import { selectorOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { presign } from "../presigning.ts"
import { bucketName, objectKey, versionId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { presigned } from "../schemas/upload.ts"

export const presignDownload: Operation = defineOperation({
  name: "presignDownload",
  tag: "objects",
  summary: "A link that reads an object, for a download or for sharing",
  method: "POST",
  path: "/api/buckets/{bucket}/object/presign-download",
  parameters: z.strictObject({ bucket: bucketName }),
  body: named(
    "PresignDownloadRequest",
    z.strictObject({
      objectKey,
      versionId: versionId.optional(),
      expiresSeconds: z.int().min(1).max(604_800).default(3600),
      attachment: z
        .boolean()
        .default(true)
        .describe("whether browsers save it instead of showing it"),
    }),
  ),
  output: presigned,
  errors: VERSION_ERRORS,
  needs: ofReading,
  run: async (call, input) => {
    const { bucket: name, objectKey: key, versionId: id } = input
    const bucket = await ownBucket(call, name)
    const target = { caller: call.caller, bucket, objectKey: parseObjectKey(key) }
    await loadVersion(call.store, target, selectorOf(id))
    const fileName = percentEncode(key.slice(key.lastIndexOf("/") + 1))
    const disposition = `attachment; filename*=UTF-8''${fileName}`
    return presign(call, {
      method: "GET",
      bucketName: name,
      objectKey: key,
      parameters: {
        ...(id === undefined ? {} : { versionId: id }),
        ...(input.attachment ? { "response-content-disposition": disposition } : {}),
      },
      expiresSeconds: input.expiresSeconds,
    })
  },
})

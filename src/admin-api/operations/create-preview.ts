import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { parseObjectKey } from "../../objects/names.ts"
import { loadVersion } from "../../objects/read.ts"
import { ownBucket } from "../bucket-view.ts"
import { AdminError, VERSION_ERRORS } from "../errors.ts"
import { ofReading } from "../needs.ts"
import { selectorOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { previewFormOf } from "../previews.ts"
import { bucketName, objectKey, time, versionId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

/** The address works for ten minutes, and only as long as the session; its response is sandboxed. */
export const createPreview: Operation = defineOperation({
  name: "createPreview",
  tag: "objects",
  summary: "An address on the console's own origin that shows an object safely",
  method: "POST",
  path: "/api/buckets/{bucket}/object/preview",
  parameters: z.strictObject({ bucket: bucketName }),
  body: named("PreviewRequest", z.strictObject({ objectKey, versionId: versionId.optional() })),
  output: named(
    "Preview",
    z.object({
      kind: z.enum(["text", "image", "pdf"]),
      path: z.string().describe("relative to the console's origin"),
      contentType: z.string(),
      expiresAt: time,
    }),
  ),
  errors: [...VERSION_ERRORS, "NotPreviewable"],
  needs: ofReading,
  run: async (call, { bucket: name, objectKey: key, versionId: id }) => {
    const bucket = await ownBucket(call, name)
    const target = { caller: call.caller, bucket, objectKey: parseObjectKey(key) }
    const { record } = await loadVersion(call.store, target, selectorOf(id))
    const form = previewFormOf(key, record)
    if (form === undefined) throw new AdminError("NotPreviewable")
    const shown = { ...form, bucketName: name, objectKey: key, versionId: record.versionId }
    const { path, untilMs } = call.previews.open(call.session, shown)
    return { ...form, path, expiresAt: isoTime(untilMs) }
  },
})

import { z } from "zod"
import { deleteObjects as deleteAll } from "../../objects/delete.ts"
import { parseObjectKey } from "../../objects/names.ts"
import { type VersionId } from "../../objects/rows/records.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofObject } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketName, count, objectKey, versionId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

/** In a bucket that keeps versions, a name without a version gets a delete marker. */
export const deleteObjects: Operation = defineOperation({
  name: "deleteObjects",
  tag: "objects",
  summary: "Deletes objects by name, or single versions permanently",
  method: "POST",
  path: "/api/buckets/{bucket}/objects/delete",
  parameters: z.strictObject({ bucket: bucketName }),
  takesList: true,
  body: named(
    "DeleteRequest",
    z.strictObject({
      objects: z
        .array(z.strictObject({ objectKey, versionId: versionId.optional() }))
        .min(1)
        .max(1000),
    }),
  ),
  output: named("DeleteAnswer", z.object({ deleted: count, markersMade: count })),
  errors: ["BucketNotFound"],
  needs: (call, { bucket, objects }) =>
    objects.flatMap(({ objectKey: key, versionId: id }) =>
      ofObject(id === undefined ? "oss:DeleteObject" : "oss:DeleteObjectVersion")(call, {
        bucket,
        objectKey: key,
      }),
    ),
  run: async (call, { bucket: name, objects }) => {
    const bucket = await ownBucket(call, name)
    const doomed = objects.map(({ objectKey: key, versionId: id }) => ({
      objectKey: parseObjectKey(key),
      versionId: id as VersionId | undefined,
    }))
    const deletions = await deleteAll(call.store, call.caller, bucket, doomed)
    const markersMade = deletions.filter(({ kind }) => kind === "marked").length
    return { deleted: deletions.length, markersMade }
  },
})

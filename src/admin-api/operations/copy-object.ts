import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { chunksOf, closeBody, openObject } from "../../objects/read.ts"
import { putObject } from "../../objects/write.ts"
import { ownBucket } from "../bucket-view.ts"
import { AdminError, CMK_ERRORS, VERSION_ERRORS } from "../errors.ts"
import { ofObject, ofReading } from "../needs.ts"
import { choiceOf, createAliasFinder, detailOf, selectorOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketName, encryptionChoice, objectKey, versionId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { objectDetail } from "../schemas/object.ts"

/** Of a copy that is one request. Source: the service's page "CopyObject". */
export const COPY_BYTES_MAX: number = 5 * 1024 ** 3

/** A copy of at most 5 GiB, like CopyObject. */
export const copyObject: Operation = defineOperation({
  name: "copyObject",
  tag: "objects",
  summary: "Copies a version to another name, or re-encrypts it under its own",
  method: "POST",
  path: "/api/buckets/{bucket}/object/copy",
  parameters: z.strictObject({ bucket: bucketName }),
  body: named(
    "CopyRequest",
    z.strictObject({
      objectKey,
      versionId: versionId.optional(),
      toBucket: bucketName,
      toObjectKey: objectKey,
      encryption: encryptionChoice.optional().describe("the target bucket's default when omitted"),
      overwrite: z.boolean().default(false),
    }),
  ),
  output: objectDetail,
  errors: [
    ...VERSION_ERRORS,
    ...CMK_ERRORS,
    "AliasNotFound",
    "ObjectDamaged",
    "ObjectExists",
    "TooLarge",
  ],
  needs: (call, input) => [
    ...ofReading(call, input),
    ...ofObject("oss:PutObject")(call, { bucket: input.toBucket, objectKey: input.toObjectKey }),
  ],
  run: async (call, input) => {
    const { caller, store } = call
    const source = await ownBucket(call, input.bucket)
    const bucket = await ownBucket(call, input.toBucket)
    const from = { caller, bucket: source, objectKey: parseObjectKey(input.objectKey) }
    const to = { caller, bucket, objectKey: parseObjectKey(input.toObjectKey) }
    const isOntoItself = bucket.name === source.name && from.objectKey === to.objectKey
    const opened = await openObject(store, from, selectorOf(input.versionId), (record) => {
      if (record.sizeBytes > COPY_BYTES_MAX) throw new AdminError("TooLarge")
      return undefined
    })
    try {
      const { headers, storageClass, acl } = opened.record
      const record = await putObject(store, to, {
        attributes: { headers, storageClass, acl: isOntoItself ? acl : "default" },
        encryption: input.encryption && choiceOf(input.encryption),
        forbidOverwrite: !input.overwrite,
        ...(isOntoItself && input.versionId === undefined ? { keptAcl: acl } : {}),
        incoming: { chunks: chunksOf(opened.body), bytesMax: COPY_BYTES_MAX },
      })
      return await detailOf(to.objectKey, record, true, createAliasFinder(call))
    } finally {
      await closeBody(opened.body)
    }
  },
})

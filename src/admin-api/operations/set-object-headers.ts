import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { chunksOf, closeBody, openObject } from "../../objects/read.ts"
import { putObject } from "../../objects/write.ts"
import { CURRENT } from "../../objects/rows/version-rows.ts"
import { ownBucket } from "../bucket-view.ts"
import { AdminError, CMK_ERRORS, VERSION_ERRORS } from "../errors.ts"
import { ofObject, ofReading } from "../needs.ts"
import { choiceOfStored, createAliasFinder, detailOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { oneBucket } from "../schemas/bucket.ts"
import { objectKey } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { objectDetail } from "../schemas/object.ts"
import { changedHeaders, headerChange } from "../stored-headers.ts"
import { COPY_BYTES_MAX } from "./copy-object.ts"

/**
 * Copies the object onto itself, as the service does. The copy keeps the encryption, the ACL and the storage class. Where
 * versions are kept, it is a new version. Metadata that a client needs to decrypt an object it encrypted itself is kept.
 */
export const setObjectHeaders: Operation = defineOperation({
  name: "setObjectHeaders",
  tag: "objects",
  summary: "Replaces the headers and the metadata of an object's newest version",
  method: "PUT",
  path: "/api/buckets/{bucket}/object/headers",
  parameters: oneBucket,
  body: named(
    "HeadersRequest",
    z.strictObject({
      objectKey,
      etag: z
        .string()
        .min(1)
        .max(128)
        .describe("ETag of the version that the change is based on, without quotes"),
      headers: headerChange,
    }),
  ),
  output: objectDetail,
  errors: [
    ...VERSION_ERRORS,
    ...CMK_ERRORS,
    "AliasNotFound",
    "ConditionFailed",
    "ObjectDamaged",
    "TooLarge",
  ],
  needs: (call, input) => [...ofReading(call, input), ...ofObject("oss:PutObject")(call, input)],
  run: async (call, { bucket: name, objectKey: key, etag, headers: change }) => {
    const { caller, store } = call
    const bucket = await ownBucket(call, name)
    const target = { caller, bucket, objectKey: parseObjectKey(key) }
    const { body, record: read } = await openObject(store, target, CURRENT, (record) => {
      if (record.etag.text !== etag) throw new AdminError("ConditionFailed")
      if (record.sizeBytes > COPY_BYTES_MAX) throw new AdminError("TooLarge")
      return undefined
    })
    try {
      const { acl, storageClass } = read
      const record = await putObject(store, target, {
        attributes: { headers: changedHeaders(read.headers, change), acl, storageClass },
        encryption: choiceOfStored(read.encryption),
        forbidOverwrite: false,
        replaced: read,
        incoming: { chunks: chunksOf(body), bytesMax: COPY_BYTES_MAX },
      })
      return await detailOf(key, record, true, createAliasFinder(call))
    } finally {
      await closeBody(body)
    }
  },
})

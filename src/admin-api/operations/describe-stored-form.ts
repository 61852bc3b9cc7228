import { z } from "zod"
import { parseObjectKey } from "../../objects/names.ts"
import { loadVersion } from "../../objects/read.ts"
import { describeStoredForm as describeForm } from "../../objects/stored-form.ts"
import { VERSION_ERRORS } from "../errors.ts"
import { ownBucket } from "../bucket-view.ts"
import { ofReading } from "../needs.ts"
import { createAliasFinder, selectorOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkId, count, encryptionMethod, objectKey, versionId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { oneObject } from "../schemas/object.ts"

const BLOBS_SHOWN_MAX = 100

/** What `osseal inspect` shows: never the bytes of a key. */
const storedForm = named(
  "StoredForm",
  z.object({
    bucketInstanceId: z.string(),
    objectKey,
    versionId,
    method: encryptionMethod,
    suite: z.enum(["aes-256-gcm", "sm4-gcm"]).describe("the algorithm that seals the bytes"),
    segmentBytes: count,
    sizeBytes: count,
    sealedBytes: count.describe("all blobs, including headers and tags"),
    dataKeyId: z.string(),
    wrappedKeyBytes: count,
    wrappedBy: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("bucket-key") }),
      z.object({
        kind: z.literal("cmk"),
        cmkId,
        keyVersionId: z.string(),
        alias: z.string().nullable(),
      }),
    ]),
    rootKeyProvider: z.enum(["key-file", "passphrase", "recovery", "memory"]),
    rootKeyId: z.string().nullable(),
    contentKind: z.enum(["inline", "blob", "pieces"]),
    blobCount: count,
    blobs: z
      .array(
        z.object({
          blobId: z.string(),
          place: z.enum(["metadata store", "blob store"]),
          sizeBytes: count,
          sealedBytes: count,
          segmentCount: count,
        }),
      )
      .describe("the first 100"),
  }),
)

export const describeStoredForm: Operation = defineOperation({
  name: "describeStoredForm",
  tag: "objects",
  summary: "How an object is stored: its keys, blobs and segments",
  method: "GET",
  path: "/api/buckets/{bucket}/object/stored-form",
  parameters: oneObject,
  output: storedForm,
  errors: VERSION_ERRORS,
  needs: ofReading,
  run: async (call, { bucket: name, objectKey: key, versionId: id }) => {
    const { caller, facts, store } = call
    const bucket = await ownBucket(call, name)
    const target = { caller, bucket, objectKey: parseObjectKey(key) }
    const { record } = await loadVersion(store, target, selectorOf(id))
    const { method, suite, dataKeyId, wrappedKey } = record.encryption
    const form = await describeForm(store, record, BLOBS_SHOWN_MAX)
    const root = await facts.rootOfTrust()
    return {
      bucketInstanceId: bucket.record.instanceId.toString("hex"),
      objectKey: key,
      versionId: record.versionId,
      method,
      suite,
      sizeBytes: record.sizeBytes,
      dataKeyId,
      wrappedKeyBytes: wrappedKey.wrapped.length,
      wrappedBy:
        wrappedKey.provider === "service"
          ? ({ kind: "bucket-key" } as const)
          : ({
              kind: "cmk",
              cmkId: wrappedKey.cmkId,
              keyVersionId: wrappedKey.keyVersionId,
              alias: await createAliasFinder(call)(wrappedKey.cmkId),
            } as const),
      rootKeyProvider: root.provider,
      rootKeyId: root.rootKeyId,
      contentKind: record.content.kind,
      ...form,
      blobs: [...form.blobs],
    }
  },
})

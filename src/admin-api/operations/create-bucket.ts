import { z } from "zod"
import { createBucket as makeBucket, findBucket, setVersioning } from "../../objects/buckets.ts"
import { parseBucketName } from "../../objects/names.ts"
import { ownBucket, viewOfBucketNamed } from "../bucket-view.ts"
import { AdminError } from "../errors.ts"
import { ofBucket } from "../needs.ts"
import { choiceOf } from "../object-view.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { bucketView } from "../schemas/bucket.ts"
import { bucketAcl, bucketName, encryptionChoice } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

const storageClass = z.enum(["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"])

export const createBucket: Operation = defineOperation({
  name: "createBucket",
  tag: "buckets",
  summary: "Creates a bucket",
  method: "POST",
  path: "/api/buckets",
  body: named(
    "CreateBucketRequest",
    z.strictObject({
      name: bucketName,
      acl: bucketAcl.default("private"),
      defaultEncryption: encryptionChoice.optional(),
      versioning: z.enum(["never", "enabled"]).default("never"),
      storageClass: storageClass.default("Standard"),
    }),
  ),
  output: bucketView,
  errors: ["BucketExists"],
  needs: (call, { name, defaultEncryption }) => [
    ...ofBucket("oss:PutBucket")(call, { bucket: name }),
    ...(defaultEncryption === undefined
      ? []
      : ofBucket("oss:PutBucketEncryption")(call, { bucket: name })),
  ],
  run: async (call, input) => {
    const { store, scope } = call
    const name = parseBucketName(input.name)
    // The service takes a repeated creation as a change of settings; the console only creates new buckets.
    if ((await findBucket(store, name)) !== undefined) throw new AdminError("BucketExists")
    const { acl, storageClass: label, defaultEncryption } = input
    await makeBucket(store, {
      name,
      ownerId: scope.accountId,
      acl,
      storageClass: label,
      dataRedundancyType: "LRS",
      ...(defaultEncryption === undefined
        ? {}
        : { defaultEncryption: choiceOf(defaultEncryption) }),
    })
    const bucket = await ownBucket(call, name)
    if (input.versioning === "enabled") await setVersioning(store, bucket, "enabled")
    return viewOfBucketNamed(call, name)
  },
})

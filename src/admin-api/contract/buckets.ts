import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import {
  bucketAcl,
  bucketName,
  count,
  encryptionChoice,
  encryptionMethod,
  limit,
  next,
  time,
} from "./fields.ts"

const storageClass = z.enum(["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"])

const bucket = named(
  "Bucket",
  z.object({
    name: bucketName,
    createdAt: time,
    acl: bucketAcl,
    versioning: z.enum(["never", "enabled", "suspended"]),
    defaultEncryption: encryptionChoice,
    defaultCmkId: z
      .string()
      .nullable()
      .describe(
        "the CMK that the default names now; null for other methods, or when there is none",
      ),
    storageClass: z.string(),
    dataRedundancyType: z.string(),
    objectVersions: count,
    objectBytes: count,
    uploads: count,
  }),
)

const listBuckets = defineContract({
  name: "listBuckets",
  tag: "buckets",
  summary: "The buckets by name",
  method: "GET",
  path: "/api/buckets",
  parameters: z.strictObject({
    prefix: z.string().max(63).default(""),
    after: z.string().max(63).default(""),
    limit,
  }),
  output: named("BucketPage", z.object({ items: z.array(bucket), next })),
})

const createBucket = defineContract({
  name: "createBucket",
  tag: "buckets",
  summary: "Makes a bucket",
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
  output: bucket,
  errors: ["BucketExists"],
})

const oneBucket = z.strictObject({ bucket: bucketName })

const describeBucket = defineContract({
  name: "describeBucket",
  tag: "buckets",
  summary: "The settings of a bucket, and what lies in it",
  method: "GET",
  path: "/api/buckets/{bucket}",
  parameters: oneBucket,
  output: bucket,
  errors: ["BucketNotFound"],
})

const setBucketEncryption = defineContract({
  name: "setBucketEncryption",
  tag: "buckets",
  summary: "Sets the default encryption; objects that are there stay as they are",
  method: "PUT",
  path: "/api/buckets/{bucket}/encryption",
  parameters: oneBucket,
  body: encryptionChoice,
  output: bucket,
  errors: ["BucketNotFound"],
})

const setBucketAcl = defineContract({
  name: "setBucketAcl",
  tag: "buckets",
  summary: "Sets the ACL of a bucket",
  method: "PUT",
  path: "/api/buckets/{bucket}/acl",
  parameters: oneBucket,
  body: named("SetAclRequest", z.strictObject({ acl: bucketAcl })),
  output: bucket,
  errors: ["BucketNotFound"],
})

const setBucketVersioning = defineContract({
  name: "setBucketVersioning",
  tag: "buckets",
  summary: "Begins to keep versions, or stops",
  method: "PUT",
  path: "/api/buckets/{bucket}/versioning",
  parameters: oneBucket,
  body: named(
    "SetVersioningRequest",
    z.strictObject({ versioning: z.enum(["enabled", "suspended"]) }),
  ),
  output: bucket,
  errors: ["BucketNotFound"],
})

const deleteBucket = defineContract({
  name: "deleteBucket",
  tag: "buckets",
  summary: "Deletes an empty bucket, and its bucket key with it",
  method: "DELETE",
  path: "/api/buckets/{bucket}",
  parameters: oneBucket,
  errors: ["BucketNotEmpty", "BucketNotFound"],
})

const encryptionShare = named(
  "EncryptionShare",
  z.object({ method: encryptionMethod, objectVersions: count, objectBytes: count }),
)

export interface EncryptionShare {
  readonly method: "none" | "AES256" | "KMS" | "SM4"
  readonly objectVersions: number
  readonly objectBytes: number
}

export const encryptionShares: z.ZodType<readonly EncryptionShare[]> = z
  .array(encryptionShare)
  .describe("every method once")

const describeBucketStatistics = defineContract({
  name: "describeBucketStatistics",
  tag: "buckets",
  summary: "What lies in a bucket, by encryption and storage class",
  method: "GET",
  path: "/api/buckets/{bucket}/statistics",
  parameters: oneBucket,
  output: named(
    "BucketStatistics",
    z.object({
      objects: count.describe("newest versions"),
      olderVersions: count,
      deleteMarkers: count,
      uploads: count,
      parts: count,
      partBytes: count,
      byEncryption: encryptionShares,
      byStorageClass: z.array(
        z.object({ storageClass: z.string(), objectVersions: count, objectBytes: count }),
      ),
    }),
  ),
  errors: ["BucketNotFound"],
})

export const BUCKETS_CONTRACTS: readonly Contract[] = [
  listBuckets,
  createBucket,
  describeBucket,
  setBucketEncryption,
  setBucketAcl,
  setBucketVersioning,
  deleteBucket,
  describeBucketStatistics,
]

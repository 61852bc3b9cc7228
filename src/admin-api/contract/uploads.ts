import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import {
  bucketName,
  count,
  encryptionChoice,
  limit,
  next,
  objectKey,
  time,
  uploadId,
  wholeNumber,
} from "./fields.ts"
import { encryptionFields, presigned } from "./objects.ts"

const oneBucket = z.strictObject({ bucket: bucketName })
const partNumber = z.int().min(1).max(10_000)
const KEY_ERRORS = [
  "AliasNotFound",
  "KeyDisabled",
  "KeyNotFound",
  "KeyPendingDeletion",
  "KeyPendingImport",
  "KmsNotEnabled",
] as const

const newObject = {
  objectKey,
  encryption: encryptionChoice.optional().describe("the bucket's default when left out"),
  contentType: z.string().max(256).optional(),
  overwrite: z.boolean().default(true),
}

const presignPut = defineContract({
  name: "presignPut",
  tag: "uploads",
  summary: "A request that stores a small object in one go",
  method: "POST",
  path: "/api/buckets/{bucket}/object/presign-put",
  parameters: oneBucket,
  body: named("PresignPutRequest", z.strictObject(newObject)),
  output: presigned,
  errors: ["BucketNotFound"],
})

const initiateUpload = defineContract({
  name: "initiateUpload",
  tag: "uploads",
  summary: "Begins a multipart upload",
  method: "POST",
  path: "/api/buckets/{bucket}/uploads",
  parameters: oneBucket,
  body: named(
    "InitiateUploadRequest",
    z.strictObject({ ...newObject, sizeBytes: count.describe("of the whole object") }),
  ),
  output: named(
    "InitiatedUpload",
    z.object({
      objectKey,
      uploadId,
      partBytes: count.describe("how large to make every part but the last"),
      ...encryptionFields,
    }),
  ),
  errors: ["BucketNotFound", "ObjectExists", "TooLarge", ...KEY_ERRORS],
})

const oneUpload = { objectKey, uploadId }

const presignParts = defineContract({
  name: "presignParts",
  tag: "uploads",
  summary: "Requests that store parts; each answers the part's ETag in a header",
  method: "POST",
  path: "/api/buckets/{bucket}/uploads/presign-parts",
  parameters: oneBucket,
  body: named(
    "PresignPartsRequest",
    z.strictObject({ ...oneUpload, partNumbers: z.array(partNumber).min(1).max(100) }),
  ),
  output: named(
    "PresignedParts",
    z.object({ parts: z.array(z.object({ partNumber, request: presigned })) }),
  ),
  errors: ["BucketNotFound", "UploadNotFound"],
})

const completeUpload = defineContract({
  name: "completeUpload",
  tag: "uploads",
  summary: "Makes the object of its parts",
  method: "POST",
  path: "/api/buckets/{bucket}/uploads/complete",
  parameters: oneBucket,
  body: named(
    "CompleteUploadRequest",
    z.strictObject({
      ...oneUpload,
      parts: z
        .array(z.strictObject({ partNumber, etag: z.string().min(1).max(128) }))
        .min(1)
        .max(10_000),
      overwrite: z.boolean().default(true),
    }),
  ),
  output: named(
    "CompletedUpload",
    z.object({
      objectKey,
      versionId: z.string(),
      etag: z.string(),
      sizeBytes: count,
      crc64: z.string(),
      ...encryptionFields,
    }),
  ),
  errors: ["BucketNotFound", "ObjectExists", "PartInvalid", "UploadNotFound", ...KEY_ERRORS],
})

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

const listUploads = defineContract({
  name: "listUploads",
  tag: "uploads",
  summary: "The uploads in progress, by name and then by age",
  method: "GET",
  path: "/api/buckets/{bucket}/uploads",
  parameters: z.strictObject({
    bucket: bucketName,
    prefix: z.string().max(1023).default(""),
    after: z.string().max(4096).default("").describe("`next` of the page before"),
    limit,
  }),
  output: named("UploadPage", z.object({ items: z.array(upload), next })),
  errors: ["BucketNotFound"],
})

const listParts = defineContract({
  name: "listParts",
  tag: "uploads",
  summary: "The parts of an upload that are stored; what a browser needs to go on",
  method: "GET",
  path: "/api/buckets/{bucket}/uploads/parts",
  parameters: z.strictObject({
    bucket: bucketName,
    ...oneUpload,
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
})

const abortUpload = defineContract({
  name: "abortUpload",
  tag: "uploads",
  summary: "Ends an upload without an object",
  method: "DELETE",
  path: "/api/buckets/{bucket}/uploads",
  parameters: z.strictObject({ bucket: bucketName, ...oneUpload }),
  errors: ["BucketNotFound", "UploadNotFound"],
})

export const UPLOADS_CONTRACTS: readonly Contract[] = [
  presignPut,
  initiateUpload,
  presignParts,
  completeUpload,
  listUploads,
  listParts,
  abortUpload,
]

import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import {
  bucketName,
  cmkId,
  count,
  encryptionChoice,
  encryptionMethod,
  limit,
  next,
  objectKey,
  time,
  versionId,
} from "./fields.ts"

/** A request that a browser may send without an access key. */
export interface Presigned {
  readonly method: "GET" | "PUT"
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly expiresAt: string
}

/** What is reported of how an object is encrypted. */
export const encryptionFields: {
  readonly encryption: typeof encryptionMethod
  readonly cmkId: z.ZodType<string | null>
} = {
  encryption: encryptionMethod,
  cmkId: cmkId.nullable().describe("the CMK of an object under KMS"),
}

const objectFields = {
  kind: z.literal("object"),
  objectKey,
  versionId,
  sizeBytes: count,
  etag: z.string().describe("without quotes"),
  lastModifiedAt: time,
  storageClass: z.string(),
  ...encryptionFields,
}

const folder = named(
  "Folder",
  z.object({ kind: z.literal("folder"), prefix: z.string() }),
  "Names that begin the same up to the delimiter.",
)
const listedObject = named("ListedObject", z.object(objectFields))
const listedVersion = named(
  "ListedVersion",
  z.object({ ...objectFields, kind: z.literal("version"), isLatest: z.boolean() }),
)
const listedMarker = named(
  "ListedDeleteMarker",
  z.object({
    kind: z.literal("marker"),
    objectKey,
    versionId,
    lastModifiedAt: time,
    isLatest: z.boolean(),
  }),
)

const listing = {
  bucket: bucketName,
  prefix: z.string().max(1023).default(""),
  delimiter: z.string().max(32).default("").describe('"/" for folders'),
  limit,
}

const listObjects = defineContract({
  name: "listObjects",
  tag: "objects",
  summary: "The newest versions of a bucket's objects, in the order of their bytes",
  method: "GET",
  path: "/api/buckets/{bucket}/objects",
  parameters: z.strictObject({ ...listing, after: z.string().max(1023).default("") }),
  output: named(
    "ObjectPage",
    z.object({ items: z.array(z.discriminatedUnion("kind", [listedObject, folder])), next }),
  ),
  errors: ["BucketNotFound"],
})

const listVersions = defineContract({
  name: "listVersions",
  tag: "objects",
  summary: "All versions and delete markers, by name, the newest of a name first",
  method: "GET",
  path: "/api/buckets/{bucket}/versions",
  parameters: z.strictObject({
    ...listing,
    after: z.string().max(4096).default("").describe("`next` of the page before"),
  }),
  output: named(
    "VersionPage",
    z.object({
      items: z.array(z.discriminatedUnion("kind", [listedVersion, listedMarker, folder])),
      next,
    }),
  ),
  errors: ["BucketNotFound"],
})

const oneObject = z.strictObject({
  bucket: bucketName,
  objectKey,
  versionId: versionId.optional().describe("the newest when it is left out"),
})
const NAMED_ERRORS = [
  "BucketNotFound",
  "DeleteMarker",
  "ObjectNotFound",
  "VersionNotFound",
] as const

const objectDetail = named(
  "ObjectDetail",
  z.object({
    ...objectFields,
    isLatest: z.boolean(),
    type: z.enum(["Normal", "Multipart", "Appendable"]),
    crc64: z.string(),
    acl: z.enum(["default", "private", "public-read", "public-read-write"]),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe("Content-Type and the like, and x-oss-meta-*; names in lower case"),
    answerHeaders: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe("what HEAD answers of its encryption"),
  }),
)

const describeObject = defineContract({
  name: "describeObject",
  tag: "objects",
  summary: "One version of an object; no key is touched",
  method: "GET",
  path: "/api/buckets/{bucket}/object",
  parameters: oneObject,
  output: objectDetail,
  errors: NAMED_ERRORS,
})

/** What `osseal inspect` tells: never the bytes of a key. */
const storedForm = named(
  "StoredForm",
  z.object({
    bucketInstanceId: z.string(),
    objectKey,
    versionId,
    method: encryptionMethod,
    suite: z.enum(["aes-256-gcm", "sm4-gcm"]).describe("what the bytes are sealed with"),
    segmentBytes: count,
    sizeBytes: count,
    sealedBytes: count.describe("all blobs, headers and tags included"),
    dataKeyId: z.string(),
    wrappedKeyBytes: count,
    wrappedBy: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("bucket-key") }),
      z.object({ kind: z.literal("cmk"), cmkId, keyVersionId: z.string() }),
    ]),
    rootKeyProvider: z.string().describe("see the root of trust"),
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

const describeStoredForm = defineContract({
  name: "describeStoredForm",
  tag: "objects",
  summary: "How an object is stored: its keys, blobs and segments",
  method: "GET",
  path: "/api/buckets/{bucket}/object/stored-form",
  parameters: oneObject,
  output: storedForm,
  errors: NAMED_ERRORS,
})

const KEY_ERRORS = [
  "KeyDisabled",
  "KeyNotFound",
  "KeyPendingDeletion",
  "KeyPendingImport",
  "KmsNotEnabled",
] as const

/** Of at most 5 GiB, as CopyObject. */
const copyObject = defineContract({
  name: "copyObject",
  tag: "objects",
  summary: "Copies a version to another name, or encrypts it anew under its own",
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
      encryption: encryptionChoice.optional().describe("the target bucket's default when left out"),
      overwrite: z.boolean().default(false),
    }),
  ),
  output: objectDetail,
  errors: [
    ...NAMED_ERRORS,
    ...KEY_ERRORS,
    "AliasNotFound",
    "ObjectDamaged",
    "ObjectExists",
    "TooLarge",
  ],
})

/** In a bucket that keeps versions, a name without a version gets a delete marker. */
const deleteObjects = defineContract({
  name: "deleteObjects",
  tag: "objects",
  summary: "Deletes names, or single versions for good",
  method: "POST",
  path: "/api/buckets/{bucket}/objects/delete",
  parameters: z.strictObject({ bucket: bucketName }),
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
})

/** The address works for ten minutes and as long as the session; its answer is sandboxed. */
const createPreview = defineContract({
  name: "createPreview",
  tag: "objects",
  summary: "An address of the console's own origin that shows an object harmlessly",
  method: "POST",
  path: "/api/buckets/{bucket}/object/preview",
  parameters: z.strictObject({ bucket: bucketName }),
  body: named("PreviewRequest", z.strictObject({ objectKey, versionId: versionId.optional() })),
  output: named(
    "Preview",
    z.object({
      kind: z.enum(["text", "image", "pdf"]),
      path: z.string().describe("below the console's origin"),
      contentType: z.string(),
      expiresAt: time,
    }),
  ),
  errors: [...NAMED_ERRORS, "NotPreviewable"],
})

export const presigned: z.ZodType<Presigned> = named(
  "PresignedRequest",
  z.object({
    method: z.enum(["GET", "PUT"]),
    url: z.string().describe("of the OSS door"),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe("to be sent along: they are signed"),
    expiresAt: time,
  }),
)

const presignDownload = defineContract({
  name: "presignDownload",
  tag: "objects",
  summary: "A link that reads an object, for a download or to be shared",
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
  errors: NAMED_ERRORS,
})

export const OBJECTS_CONTRACTS: readonly Contract[] = [
  listObjects,
  listVersions,
  describeObject,
  describeStoredForm,
  copyObject,
  deleteObjects,
  createPreview,
  presignDownload,
]

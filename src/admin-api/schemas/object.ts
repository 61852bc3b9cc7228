import { z } from "zod"
import {
  bucketName,
  type ChoiceFields,
  count,
  encryptionMethod,
  limit,
  listName,
  objectKey,
  time,
  versionId,
} from "./fields.ts"
import { named } from "./named.ts"

/** What is reported about the encryption of an object. */
export interface EncryptionView {
  readonly encryption: ChoiceFields["method"]
  readonly cmkId: string | null
  readonly cmkAlias: string | null
}

export const encryptionFields: {
  readonly encryption: z.ZodType<ChoiceFields["method"]>
  readonly cmkId: z.ZodType<string | null>
  readonly cmkAlias: z.ZodType<string | null>
} = {
  encryption: encryptionMethod,
  cmkId: z.string().nullable().describe("the CMK of an object under KMS"),
  cmkAlias: z.string().nullable().describe("its first alias, when it has one"),
}

export interface ObjectSummary<Kind extends string> extends EncryptionView {
  readonly kind: Kind
  readonly objectKey: string
  readonly versionId: string
  readonly sizeBytes: number
  readonly etag: string
  readonly lastModifiedAt: string
  readonly storageClass: string
}

const summaryFields = {
  objectKey,
  versionId,
  sizeBytes: count,
  etag: z.string().describe("without quotes"),
  lastModifiedAt: time,
  storageClass: z.string(),
  ...encryptionFields,
}

interface Folder {
  readonly kind: "folder"
  readonly prefix: string
}

const folder = named(
  "Folder",
  z.object({ kind: z.literal("folder"), prefix: z.string() }),
  "Names with the same beginning up to the delimiter.",
)

const listedObject = named(
  "ListedObject",
  z.object({ kind: z.literal("object"), ...summaryFields }),
)

export type ObjectEntry = ObjectSummary<"object"> | Folder

export const objectEntry: z.ZodType<ObjectEntry> = z.discriminatedUnion("kind", [
  listedObject,
  folder,
])

const listedVersion = named(
  "ListedVersion",
  z.object({ kind: z.literal("version"), ...summaryFields, isLatest: z.boolean() }),
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

interface ListedMarker {
  readonly kind: "marker"
  readonly objectKey: string
  readonly versionId: string
  readonly lastModifiedAt: string
  readonly isLatest: boolean
}

export type VersionEntry =
  (ObjectSummary<"version"> & { readonly isLatest: boolean }) | ListedMarker | Folder

export const versionEntry: z.ZodType<VersionEntry> = z.discriminatedUnion("kind", [
  listedVersion,
  listedMarker,
  folder,
])

interface HeaderField {
  readonly name: string
  readonly value: string
}

export interface ObjectDetail extends ObjectSummary<"object"> {
  readonly isLatest: boolean
  readonly type: "Normal" | "Multipart" | "Appendable"
  readonly crc64: string
  readonly acl: "default" | "private" | "public-read" | "public-read-write"
  readonly headers: readonly HeaderField[]
}

export const objectDetail: z.ZodType<ObjectDetail> = named(
  "ObjectDetail",
  z.object({
    kind: z.literal("object"),
    ...summaryFields,
    isLatest: z.boolean(),
    type: z.enum(["Normal", "Multipart", "Appendable"]),
    crc64: z.string(),
    acl: z.enum(["default", "private", "public-read", "public-read-write"]),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe("Content-Type and the like, and x-oss-meta-*; names in lower case"),
  }),
)

/** What every listing of a bucket accepts. */
export const listing: {
  readonly bucket: z.ZodType<string>
  readonly prefix: z.ZodType<string>
  readonly delimiter: z.ZodType<string>
  readonly limit: z.ZodType<number>
} = {
  bucket: bucketName,
  prefix: listName,
  delimiter: z.string().max(32).default("").describe('"/" for folders'),
  limit,
}

interface OneObject {
  readonly bucket: string
  readonly objectKey: string
  readonly versionId?: string | undefined
}

export const oneObject: z.ZodType<OneObject> = z.strictObject({
  bucket: bucketName,
  objectKey,
  versionId: versionId.optional().describe("the newest when omitted"),
})

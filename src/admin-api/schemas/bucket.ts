import { z } from "zod"
import {
  bucketAcl,
  bucketName,
  type ChoiceFields,
  count,
  encryptionChoice,
  encryptionMethod,
  time,
} from "./fields.ts"
import { named } from "./named.ts"

export interface BucketView {
  readonly name: string
  readonly createdAt: string
  readonly acl: "private" | "public-read" | "public-read-write"
  readonly versioning: "never" | "enabled" | "suspended"
  readonly defaultEncryption: ChoiceFields
  readonly defaultCmkId: string | null
  readonly storageClass: string
  readonly dataRedundancyType: string
  readonly objectVersions: number
  readonly objectBytes: number
  readonly uploads: number
}

export const bucketView: z.ZodType<BucketView> = named(
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
        "the CMK that the default names now; null for other methods, or when it does not exist",
      ),
    storageClass: z.string(),
    dataRedundancyType: z.string(),
    objectVersions: count,
    objectBytes: count,
    uploads: count,
  }),
)

interface OneBucket {
  readonly bucket: string
}

export const oneBucket: z.ZodType<OneBucket> = z.strictObject({ bucket: bucketName })

export interface EncryptionShare {
  readonly method: ChoiceFields["method"]
  readonly objectVersions: number
  readonly objectBytes: number
}

const encryptionShare = named(
  "EncryptionShare",
  z.object({ method: encryptionMethod, objectVersions: count, objectBytes: count }),
)

export const encryptionShares: z.ZodType<readonly EncryptionShare[]> = z
  .array(encryptionShare)
  .describe("every method once")

import { z } from "zod"
import { type ChoiceFields, encryptionChoice, objectKey, time, uploadId } from "./fields.ts"
import { named } from "./named.ts"

/** A request that a browser may send without an access key. */
export interface Presigned {
  readonly method: "GET" | "PUT"
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly expiresAt: string
}

export const presigned: z.ZodType<Presigned> = named(
  "PresignedRequest",
  z.object({
    method: z.enum(["GET", "PUT"]),
    url: z.string().describe("URL at the OSS API"),
    headers: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .describe("must be sent with the request: they are signed"),
    expiresAt: time,
  }),
)

/** What a browser says about an object that it is going to store. */
export interface NewObjectFields {
  readonly objectKey: string
  readonly encryption?: ChoiceFields | undefined
  readonly contentType?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly overwrite: boolean
}

const METADATA_COUNT_MAX = 50

/** Names and values go into headers, so they are limited to what a header can hold. */
const metadata = z
  .record(z.string().regex(/^[a-z0-9-]{1,64}$/), z.string().regex(/^[ -~]{0,1024}$/))
  .refine((fields) => Object.keys(fields).length <= METADATA_COUNT_MAX)
  .describe("x-oss-meta-*: lower-case names without the prefix, values of printable ASCII")

export const newObjectFields: {
  readonly objectKey: z.ZodType<string>
  readonly encryption: z.ZodType<ChoiceFields | undefined>
  readonly contentType: z.ZodType<string | undefined>
  readonly metadata: z.ZodType<Readonly<Record<string, string>> | undefined>
  readonly overwrite: z.ZodType<boolean>
} = {
  objectKey,
  encryption: encryptionChoice.optional().describe("the bucket's default when omitted"),
  contentType: z
    .string()
    .regex(/^[ -~]{1,256}$/)
    .optional(),
  metadata: metadata.optional(),
  overwrite: z.boolean().default(true),
}

export const uploadFields: Readonly<Record<"objectKey" | "uploadId", z.ZodType<string>>> = {
  objectKey,
  uploadId,
}

export const partNumber: z.ZodInt = z.int().min(1).max(10_000)

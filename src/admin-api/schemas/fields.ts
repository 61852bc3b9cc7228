import { z } from "zod"
import { isListName } from "../../objects/names.ts"
import { named } from "./named.ts"

/** `2026-11-29T08:43:07.000Z` */
export const time: z.ZodType<string> = z.iso.datetime().describe("UTC")

export const count: z.ZodType<number> = z.int().min(0)

export const cmkId: z.ZodType<string> = z.string().min(1).max(256)

export const aliasName: z.ZodType<string> = z.string().min(1).max(262)

export const bucketName: z.ZodType<string> = z.string().min(1).max(63)

/** The object store counts bytes of UTF-8; this only refuses texts that are too long for any name. */
export const objectKey: z.ZodType<string> = z.string().min(1).max(1023)

/** A prefix, or the name after which a list goes on; "" when omitted. */
export const listName: z.ZodType<string> = z
  .string()
  .max(1023)
  .refine(isListName, "longer than 1023 bytes, or holds a NUL")
  .default("")

/** What `writeContinuation` returns for a name of 1,023 bytes, each of which JSON escapes, and an id. */
const CONTINUATION_LENGTH_MAX = 8300

export const continuation: z.ZodType<string> = z
  .string()
  .max(CONTINUATION_LENGTH_MAX)
  .default("")
  .describe("`next` of the previous page")

export const versionId: z.ZodType<string> = z.string().regex(/^(null|[0-9a-f]{32})$/)

export const uploadId: z.ZodType<string> = z.string().min(1).max(64)

/** A whole number in the query, within bounds. */
export function wholeNumber(min: number, max: number): z.ZodCoercedNumber {
  return z.coerce.number().int().min(min).max(max)
}

/** Pages by number, for lists that are held in memory as a whole. */
export const pageParameters: Readonly<Record<"page" | "pageSize", z.ZodType<number>>> = {
  page: wholeNumber(1, 1_000_000).default(1),
  pageSize: wholeNumber(1, 100).default(20),
}

/** What a page by number reports in addition to its items. */
export const pageFields: Readonly<Record<"total" | "page" | "pageSize", z.ZodType<number>>> = {
  total: count.describe("items on all pages"),
  page: z.int().min(1),
  pageSize: z.int().min(1),
}

/** How many entries a page has, for a list that is read from where the previous page ended. */
export const limit: z.ZodType<number> = wholeNumber(1, 1000).default(100)

export const next: z.ZodType<string | null> = z
  .string()
  .nullable()
  .describe("what to ask for the next page with; null when this is the last one")

export const encryptionContext: z.ZodType<Readonly<Record<string, string>>> = named(
  "EncryptionContext",
  z.record(z.string(), z.string()),
  "Names and values that a ciphertext is bound to.",
)

export const encryptionMethod: z.ZodType<"none" | "AES256" | "KMS" | "SM4"> = named(
  "EncryptionMethod",
  z.enum(["none", "AES256", "KMS", "SM4"]),
  "What is reported about an object. The bytes are sealed whatever it says.",
)

/** The encryption that a caller chose. */
export interface ChoiceFields {
  readonly method: "none" | "AES256" | "KMS" | "SM4"
  readonly cmk?: string | undefined
  readonly dataEncryption?: "AES256" | "SM4" | undefined
}

export const encryptionChoice: z.ZodType<ChoiceFields> = named(
  "EncryptionChoice",
  z
    .strictObject({
      method: encryptionMethod,
      cmk: z
        .string()
        .min(1)
        .max(512)
        .optional()
        .describe("KMS only: id, ARN or alias; the default CMK when omitted"),
      dataEncryption: z
        .enum(["AES256", "SM4"])
        .optional()
        .describe("KMS only: the cipher of the bytes"),
    })
    .refine(
      ({ method, cmk, dataEncryption }) =>
        method === "KMS" || (cmk === undefined && dataEncryption === undefined),
      "only the method KMS takes a CMK or a cipher",
    ),
)

export const bucketAcl: z.ZodType<"private" | "public-read" | "public-read-write"> = named(
  "BucketAcl",
  z.enum(["private", "public-read", "public-read-write"]),
)

export const cmkState: z.ZodType<"Enabled" | "Disabled" | "PendingDeletion" | "PendingImport"> =
  named("KeyState", z.enum(["Enabled", "Disabled", "PendingDeletion", "PendingImport"]))

/** The items of one page by number, and the fields that describe the page. */
export function pageOf<Item>(
  items: readonly Item[],
  { page, pageSize }: { readonly page: number; readonly pageSize: number },
): { items: Item[]; total: number; page: number; pageSize: number } {
  const first = (page - 1) * pageSize
  return { items: items.slice(first, first + pageSize), total: items.length, page, pageSize }
}

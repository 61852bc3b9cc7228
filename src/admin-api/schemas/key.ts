import { z } from "zod"
import { aliasName, cmkId, cmkState, count, time } from "./fields.ts"
import { named } from "./named.ts"

export interface LastUse {
  readonly at: string | null
  readonly knownSince: string
}

export interface KeyUses {
  readonly objectVersions: number
  readonly objectBytes: number
  readonly uploads: number
  readonly uploadBytes: number
  readonly defaultOfBuckets: number
}

/** A CMK, as every page shows it. */
export interface KeyView {
  readonly cmkId: string
  readonly arn: string
  readonly aliases: readonly string[]
  readonly description: string
  readonly owner: "user" | "service"
  readonly service: "OSS" | null
  readonly state: "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport"
  readonly deletionAt: string | null
  readonly spec: string
  readonly usage: string
  readonly origin: string
  readonly protectionLevel: string
  readonly createdAt: string
  readonly primaryVersionId: string
  readonly versionCount: number
  readonly uses: KeyUses
  readonly lastUse: LastUse
}

export const lastUse: z.ZodType<LastUse> = named(
  "LastUse",
  z.object({
    at: time.nullable().describe("null when no use is known"),
    knownSince: time.describe("earlier uses are not known"),
  }),
)

export const keyUses: z.ZodType<KeyUses> = named(
  "KeyUses",
  z.object({
    objectVersions: count,
    objectBytes: count,
    uploads: count.describe("multipart uploads in progress"),
    uploadBytes: count,
    defaultOfBuckets: count.describe("buckets whose default encryption names the CMK"),
  }),
  "What is stored under a CMK.",
)

export const keyView: z.ZodType<KeyView> = named(
  "Key",
  z.object({
    cmkId,
    arn: z.string(),
    aliases: z.array(aliasName).describe("at most 100"),
    description: z.string(),
    owner: z.enum(["user", "service"]),
    service: z
      .enum(["OSS"])
      .nullable()
      .describe("the service whose default CMK it is; such a CMK is read-only"),
    state: cmkState,
    deletionAt: time.nullable().describe("the earliest time of its destruction"),
    spec: z.string(),
    usage: z.string(),
    origin: z.string(),
    protectionLevel: z.string(),
    createdAt: time,
    primaryVersionId: z.string(),
    versionCount: count,
    uses: keyUses,
    lastUse,
  }),
)

interface OneKey {
  readonly cmkId: string
}

export const oneKey: z.ZodType<OneKey> = z.strictObject({ cmkId })

export const keyDescription: z.ZodString = z.string().max(8192)

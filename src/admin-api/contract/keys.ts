import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import {
  aliasName,
  bucketName,
  cmkId,
  cmkState,
  count,
  pageFields,
  pageParameters,
  time,
} from "./fields.ts"

const lastUse = named(
  "LastUse",
  z.object({
    at: time.nullable().describe("null when no use is known"),
    knownSince: time.describe("uses before that are not known"),
  }),
)

const keyUses = named(
  "KeyUses",
  z.object({
    objectVersions: count,
    objectBytes: count,
    uploads: count.describe("multipart uploads in progress"),
    uploadBytes: count,
    defaultOfBuckets: count.describe("buckets whose default encryption names the CMK"),
  }),
  "What lies under a CMK.",
)

const key = named(
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
      .describe("whose default CMK it is; such a CMK is read-only"),
    state: cmkState,
    deletionAt: time.nullable().describe("the earliest moment of its destruction"),
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

const SORTS = ["created", "alias", "state", "objects", "lastUse"] as const

const listKeys = defineContract({
  name: "listKeys",
  tag: "keys",
  summary: "The CMKs, filtered, one page of them",
  method: "GET",
  path: "/api/keys",
  parameters: z.strictObject({
    ...pageParameters,
    owner: z.enum(["user", "service"]).optional(),
    state: cmkState.optional(),
    search: z
      .string()
      .max(256)
      .optional()
      .describe("part of the id, an alias or the description, in any case of letters"),
    sort: z.enum(SORTS).default("created"),
    order: z.enum(["ascending", "descending"]).default("descending"),
  }),
  output: named("KeyPage", z.object({ items: z.array(key), ...pageFields })),
})

const description = z.string().max(8192)

const createKey = defineContract({
  name: "createKey",
  tag: "keys",
  summary: "Makes a CMK, and an alias of it when one is given",
  method: "POST",
  path: "/api/keys",
  body: named(
    "CreateKeyRequest",
    z.strictObject({ description: description.default(""), aliasName: aliasName.optional() }),
  ),
  output: key,
  errors: ["AliasExists", "KmsNotEnabled"],
})

const oneKey = z.strictObject({ cmkId })

const describeKey = defineContract({
  name: "describeKey",
  tag: "keys",
  summary: "One CMK",
  method: "GET",
  path: "/api/keys/{cmkId}",
  parameters: oneKey,
  output: key,
  errors: ["KeyNotFound"],
})

const setKeyDescription = defineContract({
  name: "setKeyDescription",
  tag: "keys",
  summary: "Changes the description of a CMK",
  method: "PUT",
  path: "/api/keys/{cmkId}/description",
  parameters: oneKey,
  body: named("SetDescriptionRequest", z.strictObject({ description })),
  output: key,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

const enableKey = defineContract({
  name: "enableKey",
  tag: "keys",
  summary: "Enables a CMK",
  method: "POST",
  path: "/api/keys/{cmkId}/enable",
  parameters: oneKey,
  output: key,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

const disableKey = defineContract({
  name: "disableKey",
  tag: "keys",
  summary: "Disables a CMK: reads and writes of what lies under it fail from then on",
  method: "POST",
  path: "/api/keys/{cmkId}/disable",
  parameters: oneKey,
  output: key,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

const scheduleKeyDeletion = defineContract({
  name: "scheduleKeyDeletion",
  tag: "keys",
  summary: "Schedules the deletion of a CMK; what lies under it cannot be read from then on",
  method: "POST",
  path: "/api/keys/{cmkId}/schedule-deletion",
  session: "fresh",
  parameters: oneKey,
  body: named(
    "ScheduleDeletionRequest",
    z.strictObject({ windowDays: z.int().min(7).max(366).describe("the consoles propose 30") }),
  ),
  output: key,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

const cancelKeyDeletion = defineContract({
  name: "cancelKeyDeletion",
  tag: "keys",
  summary: "Cancels the deletion of a CMK, which is enabled then",
  method: "POST",
  path: "/api/keys/{cmkId}/cancel-deletion",
  parameters: oneKey,
  output: key,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

const keyVersion = named(
  "KeyVersion",
  z.object({ keyVersionId: z.string(), createdAt: time, isPrimary: z.boolean() }),
)

const listKeyVersions = defineContract({
  name: "listKeyVersions",
  tag: "keys",
  summary: "The versions of a CMK, in the order in which they were made",
  method: "GET",
  path: "/api/keys/{cmkId}/versions",
  parameters: z.strictObject({ cmkId, ...pageParameters }),
  output: named("KeyVersionPage", z.object({ items: z.array(keyVersion), ...pageFields })),
  errors: ["KeyNotFound"],
})

const dependentBucket = named(
  "DependentBucket",
  z.object({
    name: bucketName.nullable().describe("null when the record of the bucket is damaged"),
    isDefault: z.boolean().describe("whether the bucket's default encryption names the CMK"),
    objectVersions: count,
    objectBytes: count,
    uploads: count,
    uploadBytes: count,
  }),
)

/** To be shown before a CMK is disabled or its deletion is scheduled. */
const describeDependants = defineContract({
  name: "describeDependants",
  tag: "keys",
  summary: "What depends on a CMK",
  method: "GET",
  path: "/api/keys/{cmkId}/dependants",
  parameters: oneKey,
  output: named(
    "Dependants",
    z.object({
      uses: keyUses,
      bucketCount: count,
      buckets: z.array(dependentBucket).describe("the 100 with most object versions"),
      lastUse,
    }),
  ),
  errors: ["KeyNotFound"],
})

export const KEYS_CONTRACTS: readonly Contract[] = [
  listKeys,
  createKey,
  describeKey,
  setKeyDescription,
  enableKey,
  disableKey,
  scheduleKeyDeletion,
  cancelKeyDeletion,
  listKeyVersions,
  describeDependants,
]

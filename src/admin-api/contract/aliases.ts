import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import { aliasName, cmkId, pageFields, pageParameters } from "./fields.ts"

const alias = named(
  "Alias",
  z.object({
    aliasName,
    cmkId,
    isReserved: z.boolean().describe("begins with alias/acs/: made by the service, read-only"),
  }),
)

const listAliases = defineContract({
  name: "listAliases",
  tag: "aliases",
  summary: "The aliases, by name, of all CMKs or of one",
  method: "GET",
  path: "/api/aliases",
  parameters: z.strictObject({ ...pageParameters, cmkId: cmkId.optional() }),
  output: named("AliasPage", z.object({ items: z.array(alias), ...pageFields })),
  errors: ["KeyNotFound"],
})

const createAlias = defineContract({
  name: "createAlias",
  tag: "aliases",
  summary: "Makes an alias, which begins with alias/",
  method: "POST",
  path: "/api/aliases",
  body: named("CreateAliasRequest", z.strictObject({ aliasName, cmkId })),
  output: alias,
  errors: ["AliasExists", "KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

const moveAlias = defineContract({
  name: "moveAlias",
  tag: "aliases",
  summary: "Makes an alias name another CMK",
  method: "PUT",
  path: "/api/aliases/{aliasName}",
  parameters: z.strictObject({ aliasName }),
  body: named("MoveAliasRequest", z.strictObject({ cmkId })),
  output: alias,
  errors: [
    "AliasNotFound",
    "KeyNotFound",
    "KeyPendingDeletion",
    "KmsNotEnabled",
    "OwnedByService",
    "StateChangeRefused",
  ],
})

const deleteAlias = defineContract({
  name: "deleteAlias",
  tag: "aliases",
  summary: "Deletes an alias; its CMK stays",
  method: "DELETE",
  path: "/api/aliases/{aliasName}",
  parameters: z.strictObject({ aliasName }),
  errors: ["AliasNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
})

export const ALIASES_CONTRACTS: readonly Contract[] = [
  listAliases,
  createAlias,
  moveAlias,
  deleteAlias,
]

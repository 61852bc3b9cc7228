import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { aliasView, viewOfAlias } from "../schemas/alias.ts"
import { aliasName, cmkId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const moveAlias: Operation = defineOperation({
  name: "moveAlias",
  tag: "aliases",
  summary: "Points an alias to another CMK",
  method: "PUT",
  path: "/api/aliases/{aliasName}",
  parameters: z.strictObject({ aliasName }),
  body: named("MoveAliasRequest", z.strictObject({ cmkId })),
  output: aliasView,
  errors: [
    "AliasNotFound",
    "KeyNotFound",
    "KeyPendingDeletion",
    "KmsNotEnabled",
    "OwnedByService",
    "StateChangeRefused",
  ],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, { aliasName: name, cmkId: id }) => {
    await keyService.updateAlias(caller, name, id)
    return viewOfAlias({ aliasName: name, cmkId: id })
  },
})

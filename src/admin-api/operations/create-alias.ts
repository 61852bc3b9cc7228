import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { aliasView, viewOfAlias } from "../schemas/alias.ts"
import { aliasName, cmkId } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const createAlias: Operation = defineOperation({
  name: "createAlias",
  tag: "aliases",
  summary: "Creates an alias, which begins with alias/",
  method: "POST",
  path: "/api/aliases",
  body: named("CreateAliasRequest", z.strictObject({ aliasName, cmkId })),
  output: aliasView,
  errors: ["AliasExists", "KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, { aliasName: name, cmkId: id }) => {
    await keyService.createAlias(caller, name, id)
    return viewOfAlias({ aliasName: name, cmkId: id })
  },
})

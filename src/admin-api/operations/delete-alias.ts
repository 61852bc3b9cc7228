import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { aliasName } from "../schemas/fields.ts"

export const deleteAlias: Operation = defineOperation({
  name: "deleteAlias",
  tag: "aliases",
  summary: "Deletes an alias; its CMK stays",
  method: "DELETE",
  path: "/api/aliases/{aliasName}",
  parameters: z.strictObject({ aliasName }),
  errors: ["AliasNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, { aliasName: name }) => {
    await keyService.deleteAlias(caller, name)
    return undefined
  },
})

import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const deleteAlias: Operation = defineOperation({
  name: "DeleteAlias",
  permission: "kms:DeleteAlias",
  parameters: z.object({ AliasName: text }),
  run: async ({ keyService }, { AliasName }) => {
    await keyService.deleteAlias(AliasName)
    return {}
  },
})

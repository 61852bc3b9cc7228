import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const createAlias: Operation = defineOperation({
  name: "CreateAlias",
  permission: "kms:CreateAlias",
  parameters: z.object({ AliasName: text, KeyId: text }),
  run: async ({ keyService }, { AliasName, KeyId }) => {
    await keyService.createAlias(AliasName, KeyId)
    return {}
  },
})

import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const updateAlias: Operation = defineOperation({
  name: "UpdateAlias",
  permission: "kms:UpdateAlias",
  parameters: z.object({ AliasName: text, KeyId: text }),
  run: async ({ keyService }, { AliasName, KeyId }) => {
    await keyService.updateAlias(AliasName, KeyId)
    return {}
  },
})

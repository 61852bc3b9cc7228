import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const enableKey: Operation = defineOperation({
  name: "EnableKey",
  permission: "kms:EnableKey",
  parameters: z.object({ KeyId: text }),
  run: async ({ keyService }, { KeyId }) => {
    await keyService.enableCmk(KeyId)
    return {}
  },
})

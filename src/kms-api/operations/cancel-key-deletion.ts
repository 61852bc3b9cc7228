import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const cancelKeyDeletion: Operation = defineOperation({
  name: "CancelKeyDeletion",
  permission: "kms:CancelKeyDeletion",
  parameters: z.object({ KeyId: text }),
  run: async ({ keyService }, { KeyId }) => {
    await keyService.cancelDeletion(KeyId)
    return {}
  },
})

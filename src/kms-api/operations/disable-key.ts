import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const disableKey: Operation = defineOperation({
  name: "DisableKey",
  permission: "kms:DisableKey",
  parameters: z.object({ KeyId: text }),
  run: async ({ keyService }, { KeyId }) => {
    await keyService.disableCmk(KeyId)
    return {}
  },
})

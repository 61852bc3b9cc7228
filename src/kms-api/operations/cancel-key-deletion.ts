import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const cancelKeyDeletion: Operation = defineOperation({
  name: "CancelKeyDeletion",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ KeyId: text }),
  run: async ({ caller, keyService }, { KeyId }) => {
    await keyService.cancelDeletion(caller, KeyId)
    return {}
  },
})

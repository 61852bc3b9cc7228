import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const enableKey: Operation = defineOperation({
  name: "EnableKey",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ KeyId: text }),
  run: async ({ caller, keyService }, { KeyId }) => {
    await keyService.enableCmk(caller, KeyId)
    return {}
  },
})

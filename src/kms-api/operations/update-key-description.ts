import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"
import { DESCRIPTION_MAX } from "./create-key.ts"

export const updateKeyDescription: Operation = defineOperation({
  name: "UpdateKeyDescription",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ KeyId: text, Description: z.string().max(DESCRIPTION_MAX) }),
  run: async ({ caller, keyService }, { KeyId, Description }) => {
    await keyService.updateDescription(caller, KeyId, Description)
    return {}
  },
})

import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const updateAlias: Operation = defineOperation({
  name: "UpdateAlias",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ AliasName: text, KeyId: text }),
  run: async ({ caller, keyService }, { AliasName, KeyId }) => {
    await keyService.updateAlias(caller, AliasName, KeyId)
    return {}
  },
})

import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const createAlias: Operation = defineOperation({
  name: "CreateAlias",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ AliasName: text, KeyId: text }),
  run: async ({ caller, keyService }, { AliasName, KeyId }) => {
    await keyService.createAlias(caller, AliasName, KeyId)
    return {}
  },
})

import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"

export const deleteAlias: Operation = defineOperation({
  name: "DeleteAlias",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ AliasName: text }),
  run: async ({ caller, keyService }, { AliasName }) => {
    await keyService.deleteAlias(caller, AliasName)
    return {}
  },
})

import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging, text } from "../parameter-schemas.ts"
import { keyVersionFields } from "../resources.ts"

export const listKeyVersions: Operation = defineOperation({
  name: "ListKeyVersions",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ KeyId: text, ...paging }),
  run: async ({ caller, keyService }, input) => {
    const { cmkId, versions } = await keyService.listKeyVersions(caller, input.KeyId)
    const { items, totals } = pageOf(versions, input)
    return {
      KeyVersions: { KeyVersion: items.map((version) => keyVersionFields(cmkId, version)) },
      ...totals,
    }
  },
})

import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging, text } from "../parameter-schemas.ts"
import { keyVersionFields } from "../resources.ts"

export const listKeyVersions: Operation = defineOperation({
  name: "ListKeyVersions",
  permission: "kms:ListKeyVersions",
  parameters: z.object({ KeyId: text, ...paging }),
  run: async ({ keyService }, input) => {
    const versions = await keyService.listKeyVersions(input.KeyId)
    const { cmkId } = await keyService.describeCmk(input.KeyId)
    const { items, totals } = pageOf(versions, input)
    return {
      KeyVersions: { KeyVersion: items.map((version) => keyVersionFields(cmkId, version)) },
      ...totals,
    }
  },
})

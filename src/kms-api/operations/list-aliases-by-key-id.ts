import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging, text } from "../parameter-schemas.ts"
import { aliasFields } from "../resources.ts"

export const listAliasesByKeyId: Operation = defineOperation({
  name: "ListAliasesByKeyId",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ KeyId: text, ...paging }),
  run: async ({ caller, keyService, scope }, input) => {
    const { items, totals } = pageOf(await keyService.listAliasesOfCmk(caller, input.KeyId), input)
    return { Aliases: { Alias: items.map((alias) => aliasFields(scope, alias)) }, ...totals }
  },
})

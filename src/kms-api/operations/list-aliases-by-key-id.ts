import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging, text } from "../parameter-schemas.ts"
import { aliasFields } from "../resources.ts"

export const listAliasesByKeyId: Operation = defineOperation({
  name: "ListAliasesByKeyId",
  permission: "kms:ListAliasesByKeyId",
  parameters: z.object({ KeyId: text, ...paging }),
  run: async ({ keyService, scope }, input) => {
    const { items, totals } = pageOf(await keyService.listAliasesOfCmk(input.KeyId), input)
    return { Aliases: { Alias: items.map((alias) => aliasFields(scope, alias)) }, ...totals }
  },
})

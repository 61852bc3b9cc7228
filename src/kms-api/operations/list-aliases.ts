import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging } from "../parameter-schemas.ts"
import { aliasFields } from "../resources.ts"

export const listAliases: Operation = defineOperation({
  name: "ListAliases",
  permission: "kms:ListAliases",
  parameters: z.object(paging),
  run: async ({ keyService, scope }, input) => {
    const { items, totals } = pageOf(await keyService.listAliases(), input)
    return { Aliases: { Alias: items.map((alias) => aliasFields(scope, alias)) }, ...totals }
  },
})

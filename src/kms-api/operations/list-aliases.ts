import { z } from "zod"
import { ofAllAliases } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging } from "../parameter-schemas.ts"
import { aliasFields } from "../resources.ts"

export const listAliases: Operation = defineOperation({
  name: "ListAliases",
  needs: ofAllAliases("kms:ListAliases"),
  parameters: z.object(paging),
  run: async ({ caller, keyService, scope }, input) => {
    const { items, totals } = pageOf(await keyService.listAliases(caller), input)
    return { Aliases: { Alias: items.map((alias) => aliasFields(scope, alias)) }, ...totals }
  },
})

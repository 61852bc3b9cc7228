import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { aliasView, viewOfAlias } from "../schemas/alias.ts"
import { cmkId, pageFields, pageOf, pageParameters } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const listAliases: Operation = defineOperation({
  name: "listAliases",
  tag: "aliases",
  summary: "The aliases, by name, of all CMKs or of one",
  method: "GET",
  path: "/api/aliases",
  parameters: z.strictObject({ ...pageParameters, cmkId: cmkId.optional() }),
  output: named("AliasPage", z.object({ items: z.array(aliasView), ...pageFields })),
  errors: ["KeyNotFound"],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, input) => {
    const found =
      input.cmkId === undefined
        ? await keyService.listAliases(caller)
        : await keyService.listAliasesOfCmk(caller, input.cmkId)
    return pageOf(found.map(viewOfAlias), input)
  },
})

import { z } from "zod"
import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { aliasName } from "../schemas/fields.ts"
import { keyDescription, keyView } from "../schemas/key.ts"
import { named } from "../schemas/named.ts"

export const createKey: Operation = defineOperation({
  name: "createKey",
  tag: "keys",
  summary: "Creates a CMK, and an alias of it when one is given",
  method: "POST",
  path: "/api/keys",
  body: named(
    "CreateKeyRequest",
    z.strictObject({ description: keyDescription.default(""), aliasName: aliasName.optional() }),
  ),
  output: keyView,
  errors: ["AliasExists", "KmsNotEnabled"],
  needs: askedOfWhatIsNamed,
  run: async (call, { description, aliasName: name }) => {
    const { caller, keyService } = call
    const alias = name === undefined ? {} : { aliasName: name }
    const cmk = await keyService.createCmk(caller, { description, ...alias })
    call.noteCmk(cmk.cmkId)
    return viewOfCmk(call, cmk.cmkId)
  },
})

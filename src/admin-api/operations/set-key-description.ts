import { z } from "zod"
import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { keyDescription, keyView, oneKey } from "../schemas/key.ts"
import { named } from "../schemas/named.ts"

export const setKeyDescription: Operation = defineOperation({
  name: "setKeyDescription",
  tag: "keys",
  summary: "Changes the description of a CMK",
  method: "PUT",
  path: "/api/keys/{cmkId}/description",
  parameters: oneKey,
  body: named("SetDescriptionRequest", z.strictObject({ description: keyDescription })),
  output: keyView,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async (call, { cmkId: id, description }) => {
    await call.keyService.updateDescription(call.caller, id, description)
    return viewOfCmk(call, id)
  },
})

import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { keyView, oneKey } from "../schemas/key.ts"

export const disableKey: Operation = defineOperation({
  name: "disableKey",
  tag: "keys",
  summary: "Disables a CMK: from then on, reads and writes under it fail",
  method: "POST",
  path: "/api/keys/{cmkId}/disable",
  parameters: oneKey,
  output: keyView,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async (call, { cmkId: id }) => {
    await call.keyService.disableCmk(call.caller, id)
    return viewOfCmk(call, id)
  },
})

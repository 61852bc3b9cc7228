import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { keyView, oneKey } from "../schemas/key.ts"

export const enableKey: Operation = defineOperation({
  name: "enableKey",
  tag: "keys",
  summary: "Enables a CMK",
  method: "POST",
  path: "/api/keys/{cmkId}/enable",
  parameters: oneKey,
  output: keyView,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async (call, { cmkId: id }) => {
    await call.keyService.enableCmk(call.caller, id)
    return viewOfCmk(call, id)
  },
})

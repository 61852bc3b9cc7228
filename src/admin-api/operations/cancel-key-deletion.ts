import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { keyView, oneKey } from "../schemas/key.ts"

export const cancelKeyDeletion: Operation = defineOperation({
  name: "cancelKeyDeletion",
  tag: "keys",
  summary: "Cancels the deletion of a CMK, which is then enabled",
  method: "POST",
  path: "/api/keys/{cmkId}/cancel-deletion",
  parameters: oneKey,
  output: keyView,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async (call, { cmkId: id }) => {
    await call.keyService.cancelDeletion(call.caller, id)
    return viewOfCmk(call, id)
  },
})

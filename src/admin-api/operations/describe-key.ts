import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { keyView, oneKey } from "../schemas/key.ts"

export const describeKey: Operation = defineOperation({
  name: "describeKey",
  tag: "keys",
  summary: "One CMK",
  method: "GET",
  path: "/api/keys/{cmkId}",
  parameters: oneKey,
  output: keyView,
  errors: ["KeyNotFound"],
  needs: askedOfWhatIsNamed,
  run: (call, { cmkId: id }) => viewOfCmk(call, id),
})

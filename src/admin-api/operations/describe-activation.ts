import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { activationView, viewOfActivation } from "../schemas/activation.ts"

export const describeActivation: Operation = defineOperation({
  name: "describeActivation",
  tag: "service",
  summary: "Whether the key service is activated",
  method: "GET",
  path: "/api/activation",
  output: activationView,
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }) => viewOfActivation(await keyService.accountStatus(caller)),
})

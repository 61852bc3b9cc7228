import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { activationView, viewOfActivation } from "../schemas/activation.ts"

export const openKmsService: Operation = defineOperation({
  name: "openKmsService",
  tag: "service",
  summary: "Activates the key service",
  method: "POST",
  path: "/api/activation",
  output: activationView,
  errors: ["AlreadyOpen"],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }) => viewOfActivation(await keyService.openService(caller)),
})

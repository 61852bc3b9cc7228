import { dataKeyParameters } from "../data-key-parameters.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { usedKeyFields } from "../resources.ts"

export const generateDataKey: Operation = defineOperation({
  name: "GenerateDataKey",
  needs: askedOfWhatIsNamed,
  takesDryRun: true,
  parameters: dataKeyParameters,
  refused: ["Recipient"],
  run: async ({ caller, keyService }, input) => {
    const generated = await keyService.generateDataKey(caller, input)
    const plaintext = generated.plaintext.toString("latin1")
    generated.plaintext.fill(0)
    return {
      Plaintext: plaintext,
      CiphertextBlob: generated.ciphertextBlob.toString("base64"),
      ...usedKeyFields(generated),
    }
  },
})

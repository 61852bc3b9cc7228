import { dataKeyParameters } from "../data-key-parameters.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { usedKeyFields } from "../resources.ts"

export const generateDataKeyWithoutPlaintext: Operation = defineOperation({
  name: "GenerateDataKeyWithoutPlaintext",
  needs: askedOfWhatIsNamed,
  takesDryRun: true,
  parameters: dataKeyParameters,
  run: async ({ caller, keyService }, input) => {
    const generated = await keyService.generateDataKeyWithoutPlaintext(caller, input)
    return {
      CiphertextBlob: generated.ciphertextBlob.toString("base64"),
      ...usedKeyFields(generated),
    }
  },
})

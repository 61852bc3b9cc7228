import { dataKeyParameters } from "../data-key-parameters.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { usedKeyFields } from "../resources.ts"

export const generateDataKeyWithoutPlaintext: Operation = defineOperation({
  name: "GenerateDataKeyWithoutPlaintext",
  permission: "kms:GenerateDataKeyWithoutPlaintext",
  takesDryRun: true,
  parameters: dataKeyParameters,
  run: async ({ keyService }, input) => {
    const generated = await keyService.generateDataKey(input)
    generated.plaintext.fill(0)
    return {
      CiphertextBlob: generated.ciphertextBlob.toString("base64"),
      ...usedKeyFields(generated),
    }
  },
})

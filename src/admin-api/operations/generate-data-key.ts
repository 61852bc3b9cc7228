import { z } from "zod"
import { CMK_ERRORS } from "../errors.ts"
import { contextOf } from "../cryptography-input.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkId, encryptionContext } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const generateDataKey: Operation = defineOperation({
  name: "generateDataKey",
  tag: "cryptography",
  summary: "Generates a data key, in plaintext and encrypted under a CMK",
  method: "POST",
  path: "/api/keys/{cmkId}/data-key",
  parameters: z.strictObject({ cmkId }),
  body: named(
    "GenerateDataKeyRequest",
    z.strictObject({
      sizeBytes: z.int().min(1).max(1024).default(32),
      withPlaintext: z.boolean().default(true),
      encryptionContext: encryptionContext.optional(),
    }),
  ),
  output: named(
    "GeneratedDataKey",
    z.object({
      plaintext: z.string().nullable().describe("base64; null unless it was asked for"),
      ciphertextBlob: z.string().describe("base64"),
      cmkId,
      keyVersionId: z.string(),
    }),
  ),
  errors: CMK_ERRORS,
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, input) => {
    const { cmkId: id, sizeBytes, withPlaintext, encryptionContext: fields } = input
    const asked = { cmk: id, sizeBytes, context: contextOf(fields) }
    if (!withPlaintext) {
      const { ciphertextBlob: blob, ...used } = await keyService.generateDataKeyWithoutPlaintext(
        caller,
        asked,
      )
      return { plaintext: null, ciphertextBlob: blob.toString("base64"), ...used }
    }
    const {
      plaintext,
      ciphertextBlob: blob,
      ...used
    } = await keyService.generateDataKey(caller, asked)
    try {
      // It is already the base64 text of the data key.
      return {
        plaintext: plaintext.toString("latin1"),
        ciphertextBlob: blob.toString("base64"),
        ...used,
      }
    } finally {
      plaintext.fill(0)
    }
  },
})

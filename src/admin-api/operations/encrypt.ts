import { z } from "zod"
import { utf8 } from "../../base/bytes.ts"
import { PLAINTEXT_BYTES_MAX, plaintextSizeBytes } from "../../kms/plaintext-text.ts"
import { contextOf } from "../cryptography-input.ts"
import { AdminError, CMK_ERRORS } from "../errors.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkId, encryptionContext } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

/** The same as the action Encrypt of the KMS API, limits included. */
export const encrypt: Operation = defineOperation({
  name: "encrypt",
  tag: "cryptography",
  summary: "Encrypts at most 6,144 bytes under a CMK",
  method: "POST",
  path: "/api/keys/{cmkId}/encrypt",
  parameters: z.strictObject({ cmkId }),
  body: named(
    "EncryptRequest",
    z.strictObject({
      plaintext: z
        .string()
        .min(1)
        .max(8192)
        .describe(
          "The parameter Plaintext of the KMS API: text that decrypt returns unchanged. SDKs put base64 there; for base64, the decoded bytes are counted.",
        ),
      encryptionContext: encryptionContext.optional(),
    }),
  ),
  output: named(
    "Encrypted",
    z.object({ ciphertextBlob: z.string().describe("base64"), cmkId, keyVersionId: z.string() }),
  ),
  errors: [...CMK_ERRORS, "TooLarge"],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, { cmkId: id, plaintext, encryptionContext: fields }) => {
    if (plaintextSizeBytes(plaintext) > PLAINTEXT_BYTES_MAX) throw new AdminError("TooLarge")
    const { ciphertextBlob: blob, ...used } = await keyService.encrypt(caller, {
      cmk: id,
      plaintext: utf8(plaintext),
      context: contextOf(fields),
    })
    return { ciphertextBlob: blob.toString("base64"), ...used }
  },
})

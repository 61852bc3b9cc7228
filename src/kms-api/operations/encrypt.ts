import { PLAINTEXT_BYTES_MAX, plaintextSizeBytes } from "../../kms/plaintext-text.ts"
import { z } from "zod"
import { utf8 } from "../../base/bytes.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { encryptionContext, text } from "../parameter-schemas.ts"
import { usedKeyFields } from "../resources.ts"

/** The plaintext is the text of the parameter, never decoded: Decrypt returns it unchanged. */
export const encrypt: Operation = defineOperation({
  name: "Encrypt",
  needs: askedOfWhatIsNamed,
  takesDryRun: true,
  parameters: z.object({
    KeyId: text,
    Plaintext: z
      .string()
      .min(1)
      .refine((parameter) => plaintextSizeBytes(parameter) <= PLAINTEXT_BYTES_MAX)
      .transform(utf8),
    EncryptionContext: encryptionContext,
  }),
  run: async ({ caller, keyService }, { KeyId, Plaintext, EncryptionContext }) => {
    const encrypted = await keyService.encrypt(caller, {
      cmk: KeyId,
      plaintext: Plaintext,
      context: EncryptionContext,
    })
    return {
      CiphertextBlob: encrypted.ciphertextBlob.toString("base64"),
      ...usedKeyFields(encrypted),
    }
  },
})

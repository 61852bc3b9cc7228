import { z } from "zod"
import { utf8 } from "../../base/bytes.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { encryptionContext, text } from "../parameter-schemas.ts"
import { usedKeyFields } from "../resources.ts"

/** In UTF-8 bytes of the parameter; the service says 6 KB and not of what. */
const PLAINTEXT_BYTES_MAX = 6144

/** The plaintext is the text of the parameter, never decoded: Decrypt answers it unchanged. */
export const encrypt: Operation = defineOperation({
  name: "Encrypt",
  needs: askedOfWhatIsNamed,
  takesDryRun: true,
  parameters: z.object({
    KeyId: text,
    Plaintext: z
      .string()
      .min(1)
      .transform(utf8)
      .refine((bytes) => bytes.length <= PLAINTEXT_BYTES_MAX),
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

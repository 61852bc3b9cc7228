import { decodeCiphertext } from "../../kms/plaintext-text.ts"
import { isUtf8 } from "node:buffer"
import { z } from "zod"
import { ApiError } from "../errors.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { encryptionContext, text } from "../parameter-schemas.ts"
import { usedKeyFields } from "../resources.ts"

export const decrypt: Operation = defineOperation({
  name: "Decrypt",
  needs: askedOfWhatIsNamed,
  takesDryRun: true,
  parameters: z.object({ CiphertextBlob: text, EncryptionContext: encryptionContext }),
  refused: ["Recipient"],
  run: async ({ caller, keyService }, { CiphertextBlob, EncryptionContext }) => {
    const decrypted = await keyService.decrypt(caller, {
      ciphertextBlob: decodeCiphertext(CiphertextBlob),
      context: EncryptionContext,
    })
    try {
      return { Plaintext: textOf(decrypted.plaintext), ...usedKeyFields(decrypted) }
    } finally {
      decrypted.plaintext.fill(0)
    }
  },
})

/**
 * Throws InvalidParameter for bytes that are not UTF-8: a response is text, and other bytes in their place would pass
 * as the plaintext.
 */
function textOf(plaintext: Buffer): string {
  if (isUtf8(plaintext)) return plaintext.toString("utf8")
  throw new ApiError("InvalidParameter", "The plaintext is not text; this action cannot return it.")
}

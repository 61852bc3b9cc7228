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
      ciphertextBlob: decodeBase64(CiphertextBlob),
      context: EncryptionContext,
    })
    try {
      return { Plaintext: textOf(decrypted.plaintext), ...usedKeyFields(decrypted) }
    } finally {
      decrypted.plaintext.fill(0)
    }
  },
})

/** Throws InvalidParameter for bytes that are no UTF-8: an answer is text, and others in their place would pass for the plaintext. */
function textOf(plaintext: Buffer): string {
  if (isUtf8(plaintext)) return plaintext.toString("utf8")
  throw new ApiError("InvalidParameter", "The plaintext is not text; this action cannot answer it.")
}

/** What is no base64 becomes no bytes, which fail like every other damage: one error for all of it. */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64")
  return bytes.toString("base64") === text ? bytes : Buffer.alloc(0)
}

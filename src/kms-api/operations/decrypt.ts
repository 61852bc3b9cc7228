import { z } from "zod"
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
    const plaintext = decrypted.plaintext.toString("utf8")
    decrypted.plaintext.fill(0)
    return { Plaintext: plaintext, ...usedKeyFields(decrypted) }
  },
})

/** What is no base64 becomes no bytes, which fail like every other damage: one error for all of it. */
function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64")
  return bytes.toString("base64") === text ? bytes : Buffer.alloc(0)
}

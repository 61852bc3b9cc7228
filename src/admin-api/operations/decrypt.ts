import { z } from "zod"
import { decodeCiphertext } from "../../kms/plaintext-text.ts"
import { CMK_ERRORS } from "../errors.ts"
import { contextOf, textOfPlaintext } from "../cryptography-input.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkId, encryptionContext } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const decrypt: Operation = defineOperation({
  name: "decrypt",
  tag: "cryptography",
  summary: "Decrypts what was encrypted under any CMK",
  method: "POST",
  path: "/api/decrypt",
  body: named(
    "DecryptRequest",
    z.strictObject({
      ciphertextBlob: z.string().min(1).max(20_000).describe("base64"),
      encryptionContext: encryptionContext.optional(),
    }),
  ),
  output: named("Decrypted", z.object({ plaintext: z.string(), cmkId, keyVersionId: z.string() })),
  errors: [...CMK_ERRORS, "InvalidCiphertext"],
  needs: askedOfWhatIsNamed,
  run: async (call, { ciphertextBlob, encryptionContext: fields }) => {
    const { plaintext, ...used } = await call.keyService.decrypt(call.caller, {
      ciphertextBlob: decodeCiphertext(ciphertextBlob),
      context: contextOf(fields),
    })
    call.noteCmk(used.cmkId)
    try {
      return { plaintext: textOfPlaintext(plaintext), ...used }
    } finally {
      plaintext.fill(0)
    }
  },
})

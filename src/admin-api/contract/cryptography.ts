import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import { cmkId, encryptionContext } from "./fields.ts"

const usedKey = { cmkId, keyVersionId: z.string() }
const STATE_ERRORS = ["KeyDisabled", "KeyNotFound", "KeyPendingDeletion", "KmsNotEnabled"] as const
const ciphertextBlob = z.string().min(1).max(20_000).describe("base64")

/** The same as the action Encrypt of the KMS API, limits included. */
const encrypt = defineContract({
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
          "The parameter Plaintext of the KMS API: text that decrypt answers unchanged. SDKs put base64 there, and of base64 the bytes are counted.",
        ),
      encryptionContext: encryptionContext.optional(),
    }),
  ),
  output: named("Encrypted", z.object({ ciphertextBlob, ...usedKey })),
  errors: [...STATE_ERRORS, "TooLarge"],
})

const decrypt = defineContract({
  name: "decrypt",
  tag: "cryptography",
  summary: "Decrypts what was encrypted under any CMK",
  method: "POST",
  path: "/api/decrypt",
  body: named(
    "DecryptRequest",
    z.strictObject({ ciphertextBlob, encryptionContext: encryptionContext.optional() }),
  ),
  output: named("Decrypted", z.object({ plaintext: z.string(), ...usedKey })),
  errors: [...STATE_ERRORS, "InvalidCiphertext"],
})

const generateDataKey = defineContract({
  name: "generateDataKey",
  tag: "cryptography",
  summary: "Makes a data key, plain and encrypted under a CMK",
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
      ciphertextBlob,
      ...usedKey,
    }),
  ),
  errors: STATE_ERRORS,
})

export const CRYPTOGRAPHY_CONTRACTS: readonly Contract[] = [encrypt, decrypt, generateDataKey]

import type { EncryptionChoice } from "../objects/rows/records.ts"

/** The element KMSDataEncryption of a rule; undefined when the data is sealed with AES. */
export function dataEncryptionOf(choice: EncryptionChoice): "SM4" | undefined {
  return choice.method === "KMS" && choice.suite === "sm4-gcm" ? "SM4" : undefined
}

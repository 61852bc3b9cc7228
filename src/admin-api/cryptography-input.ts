import { isUtf8 } from "node:buffer"
import { checkEncryptionContext, type EncryptionContext } from "../kms/encryption-context.ts"
import { AdminError } from "./errors.ts"

/** Throws KmsError InvalidEncryptionContext. */
export function contextOf(fields: Readonly<Record<string, string>> | undefined): EncryptionContext {
  const context = new Map(Object.entries(fields ?? {}))
  checkEncryptionContext(context)
  return context
}

/** Throws InvalidRequest for bytes that are not UTF-8: other bytes in their place would pass as the plaintext. */
export function textOfPlaintext(plaintext: Buffer): string {
  if (isUtf8(plaintext)) return plaintext.toString("utf8")
  throw new AdminError("InvalidRequest", "The plaintext is not text, so it cannot be returned.")
}

import { isUtf8 } from "node:buffer"
import { type EncryptionContext, parseEncryptionContext } from "../kms/encryption-context.ts"
import { AdminError } from "./errors.ts"

/** With the limits of the KMS API, so that either opens what the other sealed. Throws KmsError InvalidEncryptionContext. */
export function contextOf(fields: Readonly<Record<string, string>> | undefined): EncryptionContext {
  return parseEncryptionContext(JSON.stringify(fields ?? {}))
}

/** Throws InvalidRequest for bytes that are not UTF-8: other bytes in their place would pass as the plaintext. */
export function textOfPlaintext(plaintext: Buffer): string {
  if (isUtf8(plaintext)) return plaintext.toString("utf8")
  throw new AdminError("InvalidRequest", "The plaintext is not text, so it cannot be returned.")
}

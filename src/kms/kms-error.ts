/** What the key service refuses, in its own words; each door turns the code into its protocol's. */
export type KmsErrorCode =
  /** The caller may not do this. Told before anything about the state of the CMK. */
  | "Forbidden"
  /** The account has not activated the key service, so it does nothing. */
  | "ServiceNotEnabled"
  | "ServiceAlreadyOpen"
  | "KeyNotFound"
  | "AliasNotFound"
  | "AliasExists"
  | "KeyDisabled"
  | "KeyPendingDeletion"
  | "KeyPendingImport"
  /** The CMK's state allows no such change. */
  | "StateChangeRefused"
  /** The CMK or alias belongs to a service; its users may not change it. */
  | "OwnedByService"
  | "InvalidKeyId"
  | "InvalidAliasName"
  /** The operation takes the id of a CMK, not an alias. */
  | "AliasNotAccepted"
  | "InvalidDeletionWindow"
  | "InvalidEncryptionContext"
  /** The one answer to everything that does not decrypt. */
  | "InvalidCiphertext"
  /** Too many others changed the same rows; trying again later helps. */
  | "Unavailable"

export class KmsError extends Error {
  override name = "KmsError"
  readonly code: KmsErrorCode
  constructor(code: KmsErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The key service's reasons to refuse. Each protocol translates the code into its own. */
export type KmsErrorCode =
  /** The caller may not do this. Reported before anything about the state of the CMK. */
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
  /** The CMK's state does not allow this change. */
  | "StateChangeRefused"
  /** The CMK or alias belongs to a service; its users may not change it. */
  | "OwnedByService"
  | "InvalidKeyId"
  | "InvalidAliasName"
  /** The operation accepts the id of a CMK, not an alias. */
  | "AliasNotAccepted"
  | "InvalidDeletionWindow"
  | "InvalidEncryptionContext"
  /** The one error for everything that does not decrypt. */
  | "InvalidCiphertext"
  /** Too many other commits changed the same rows. A later attempt can succeed. */
  | "Unavailable"

export class KmsError extends Error {
  override name = "KmsError"
  readonly code: KmsErrorCode
  /** The CMK or alias that it is about, by id or ARN, where that was found. For the log. */
  readonly about: string | undefined
  constructor(code: KmsErrorCode, message: string, about?: string) {
    super(message)
    this.code = code
    this.about = about
  }
}

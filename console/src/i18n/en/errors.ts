/** For every code of the admin API, what happened and what to do. */
export const errors = {
  AccessDenied: {
    what: "You are not allowed to do that.",
    todo: "Sign in with an access key that is allowed to, or ask for the permission.",
  },
  AliasExists: {
    what: "An alias of that name already exists.",
    todo: "Choose another name, or move the alias.",
  },
  AliasNotFound: {
    what: "There is no such alias.",
    todo: "It may have been deleted. Reload the page.",
  },
  AlreadyOpen: {
    what: "The key service is already activated.",
    todo: "There is nothing left to do.",
  },
  BucketExists: { what: "A bucket of that name already exists.", todo: "Choose another name." },
  BucketNotEmpty: {
    what: "The bucket is not empty.",
    todo: "Delete its objects, versions and uploads in progress first.",
  },
  BucketNotFound: {
    what: "There is no such bucket.",
    todo: "It may have been deleted. Go back to the list of buckets.",
  },
  ConditionFailed: {
    what: "The object has changed in the meantime.",
    todo: "Reload the page and try again.",
  },
  CsrfTokenInvalid: { what: "This page belongs to an older session.", todo: "Reload the page." },
  DeleteMarker: {
    what: "That version is a delete marker.",
    todo: "It has no content. Choose an older version.",
  },
  InsecureOrigin: {
    what: "This page came over plain HTTP from another machine.",
    todo: "Open the console over HTTPS, or at a loopback address.",
  },
  InternalFailure: { what: "The server failed.", todo: "Look up the request ID in its log." },
  InvalidCiphertext: {
    what: "The ciphertext does not open.",
    todo: "It was changed, or belongs to another encryption context or to another server.",
  },
  InvalidProof: {
    what: "The access key or its secret is wrong.",
    todo: "Enter both again.",
  },
  InvalidRequest: {
    what: "The server does not accept that.",
    todo: "Correct the value that the message below names.",
  },
  KeyDisabled: { what: "The key is disabled.", todo: "Enable it on its page." },
  KeyNotFound: {
    what: "There is no such key.",
    todo: "It may have been destroyed. Go back to the list of keys.",
  },
  KeyPendingDeletion: {
    what: "The key is scheduled for deletion.",
    todo: "Cancel the deletion on the key's page.",
  },
  KeyPendingImport: {
    what: "The key has no key material yet.",
    todo: "Import the material first.",
  },
  KmsNotEnabled: {
    what: "The key service is not activated.",
    todo: "Activate it, or choose AES256.",
  },
  MethodNotAllowed: {
    what: "The server does not accept that.",
    todo: "This page is older than the server. Reload it.",
  },
  NotFound: {
    what: "There is nothing at this address.",
    todo: "This page may be older than the server. Reload it.",
  },
  NotPreviewable: {
    what: "Objects of this kind or size are not shown.",
    todo: "Download it instead.",
  },
  NotSignedIn: { what: "You are not signed in, or the session has ended.", todo: "Sign in again." },
  ObjectDamaged: {
    what: "The stored form of the object is damaged.",
    todo: "The server returns none of its bytes. Restore it from a backup.",
  },
  ObjectExists: {
    what: "An object of that name already exists.",
    todo: "Choose another name, or allow overwriting.",
  },
  ObjectNotFound: {
    what: "There is no such object.",
    todo: "It may have been deleted. Go back to the list.",
  },
  OwnedByService: {
    what: "The key belongs to the object store and is read-only.",
    todo: "Create a key of your own to manage it.",
  },
  PartInvalid: { what: "The parts do not form an object.", todo: "Upload the file again." },
  ReauthenticationNeeded: { what: "A fresh proof is needed.", todo: "Enter the secret again." },
  StateChangeRefused: {
    what: "The state of the key does not allow that.",
    todo: "Reload the page to see its state.",
  },
  TooLarge: { what: "That is larger than the limit.", todo: "Shorten it, or use a data key." },
  TooManyAttempts: { what: "Too many attempts to sign in failed.", todo: "Wait, and try again." },
  Unavailable: { what: "The server cannot do that now.", todo: "Try again in a moment." },
  UploadNotFound: {
    what: "There is no such upload.",
    todo: "It was completed or aborted. Reload the page.",
  },
  VersionNotFound: {
    what: "There is no such version.",
    todo: "It may have been deleted. Go back to the list.",
  },
  UploadFailed: {
    what: "The object store refused a part.",
    todo: "Its response is shown below. Resume the upload, or cancel it.",
  },
  Unreachable: {
    what: "The server cannot be reached.",
    todo: "Check that it is running, and try again.",
  },
  Unexpected: {
    what: "Something unexpected happened.",
    todo: "Try again. If the problem persists, check the server's log.",
  },
}

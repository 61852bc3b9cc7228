/** For every code of the admin API, what happened and what to do. */
export const errors = {
  AccessDenied: {
    what: "You may not do that.",
    todo: "Sign in with an access key that may, or ask for the right.",
  },
  AliasExists: {
    what: "There is an alias of that name already.",
    todo: "Choose another name, or move the alias.",
  },
  AliasNotFound: {
    what: "There is no such alias.",
    todo: "It may have been deleted. Reload the page.",
  },
  AlreadyOpen: { what: "The key service is activated already.", todo: "Nothing is left to do." },
  BucketExists: { what: "There is a bucket of that name already.", todo: "Choose another name." },
  BucketNotEmpty: {
    what: "The bucket is not empty.",
    todo: "Delete its objects, versions and uploads in progress first.",
  },
  BucketNotFound: {
    what: "There is no such bucket.",
    todo: "It may have been deleted. Go back to the list of buckets.",
  },
  ConditionFailed: {
    what: "The object has changed meanwhile.",
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
  InternalFailure: { what: "The server failed.", todo: "Its log tells more under the request ID." },
  InvalidCiphertext: {
    what: "The ciphertext does not open.",
    todo: "It was changed, or belongs to another encryption context or another server.",
  },
  InvalidProof: {
    what: "The access key or its secret is not right.",
    todo: "Type both once more.",
  },
  InvalidRequest: {
    what: "The server does not take that.",
    todo: "Correct what the sentence below names.",
  },
  KeyDisabled: { what: "The key is disabled.", todo: "Enable it on its page." },
  KeyNotFound: {
    what: "There is no such key.",
    todo: "It may have been destroyed. Go back to the list of keys.",
  },
  KeyPendingDeletion: {
    what: "The key waits for its deletion.",
    todo: "Cancel the deletion on the key's page.",
  },
  KeyPendingImport: {
    what: "The key waits for its key material.",
    todo: "Import the material first.",
  },
  KmsNotEnabled: {
    what: "The key service is not activated.",
    todo: "Activate it, or choose AES256.",
  },
  MethodNotAllowed: {
    what: "The server does not take that.",
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
    todo: "The server gives out no byte of it. Restore it from a backup.",
  },
  ObjectExists: {
    what: "There is an object of that name already.",
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
  PartInvalid: { what: "The parts do not make up an object.", todo: "Upload the file again." },
  ReauthenticationNeeded: { what: "A fresh proof is needed.", todo: "Enter the secret once more." },
  StateChangeRefused: {
    what: "The state of the key does not allow that.",
    todo: "Reload the page to see its state.",
  },
  TooLarge: { what: "That is larger than what is taken.", todo: "Shorten it, or use a data key." },
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
    todo: "Its answer stands below. Resume the upload, or cancel it.",
  },
  Unreachable: {
    what: "The server cannot be reached.",
    todo: "See whether it runs, and try again.",
  },
  Unexpected: {
    what: "Something unexpected happened.",
    todo: "Try again. If it stays so, the server's log tells more.",
  },
}

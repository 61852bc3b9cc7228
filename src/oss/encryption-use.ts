import type { RequestedEncryption } from "../objects/encryption.ts"
import { checkCmkUse } from "./authorize.ts"
import type { BucketCall } from "./operation.ts"

/** Throws AccessDenied when what a request is about to store would be under a CMK that its sender may not use. */
export function checkEncryptionUse(
  { principal, bucket }: BucketCall,
  requested: RequestedEncryption,
): void {
  const isKms =
    requested.kind === "KMS" ||
    (requested.kind === "absent" && bucket.record.defaultEncryption?.algorithm === "KMS")
  if (isKms) checkCmkUse(principal)
}

import type { EncryptionDescriptor } from "../objects/records.ts"
import { CMK_HEADER, ENCRYPTION_HEADER } from "./encryption-header.ts"
import type { Headers } from "./operation.ts"

/**
 * What the operations of the founding document's list report about an object's encryption: Put, Copy, Initiate, Upload
 * Part, Complete, Get and Head. Nothing for an object that was stored without the header, although it is sealed too.
 */
export function encryptionHeaders({ method, wrappedKey }: EncryptionDescriptor): Headers {
  if (method === "none") return []
  const header = [ENCRYPTION_HEADER, method] as const
  return wrappedKey.provider === "kms" ? [header, [CMK_HEADER, wrappedKey.cmkId]] : [header]
}

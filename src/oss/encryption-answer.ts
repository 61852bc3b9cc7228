import type { EncryptionDescriptor } from "../objects/rows/records.ts"
import { CMK_HEADER, DATA_ENCRYPTION_HEADER, ENCRYPTION_HEADER } from "./encryption-header.ts"
import type { Headers } from "./operation.ts"

/**
 * What the operations on the founding document's list report about an object's encryption: Put, Copy, Initiate, Upload
 * Part, Complete, Get and Head. Nothing for an object that was stored without the header, although it is sealed too.
 */
export function encryptionHeaders({ method, suite, wrappedKey }: EncryptionDescriptor): Headers {
  if (method === "none") return []
  const header = [ENCRYPTION_HEADER, method] as const
  if (wrappedKey.provider !== "kms") return [header]
  const cmk = [CMK_HEADER, wrappedKey.cmkId] as const
  return suite === "sm4-gcm" ? [header, cmk, [DATA_ENCRYPTION_HEADER, "SM4"]] : [header, cmk]
}

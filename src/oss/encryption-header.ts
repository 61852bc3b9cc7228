import type { EncryptionChoice } from "../objects/rows/records.ts"
import type { SuiteName } from "../sealing/suites.ts"
import { invalidArgument, OssError } from "./errors.ts"
import type { EncryptionHeaderRule, Settings } from "./operation.ts"

export const ENCRYPTION_HEADER = "x-oss-server-side-encryption"
export const CMK_HEADER = "x-oss-server-side-encryption-key-id"
export const DATA_ENCRYPTION_HEADER = "x-oss-server-side-data-encryption"

/**
 * Encryption with the client's own keys has constants in SDKs but no documentation. Accepting it silently would store
 * the object with less than was asked for.
 */
const CUSTOMER_HEADERS_PREFIX = "x-oss-server-side-encryption-customer-"

type RequestHeaders = ReadonlyMap<string, string>

/**
 * What the encryption headers ask for. The founding document: on an operation that does not accept the header, 400
 * InvalidArgument; for an unknown value, 400 InvalidEncryptionAlgorithmError. The key id alone is allowed where the
 * header is not accepted: ali-oss leaves it on UploadPart and Complete.
 */
export function readEncryptionHeaders(
  headers: RequestHeaders,
  rule: EncryptionHeaderRule,
  operations: Settings["encryptionHeaderOperations"],
): EncryptionChoice | undefined {
  checkCustomerHeaders(headers)
  const value = headers.get(ENCRYPTION_HEADER)
  const isAccepted = rule === "accepted" || (rule === "accepted-later" && operations === "current")
  if (!isAccepted) {
    if (value !== undefined) throw notAccepted(value, rule)
    return undefined
  }
  return readAccepted(headers, value)
}

function notAccepted(value: string, rule: EncryptionHeaderRule): OssError {
  const hint =
    rule === "accepted-later"
      ? ` This server takes it here when its setting encryptionHeaderOperations is "current".`
      : ""
  return invalidArgument(
    `The header ${ENCRYPTION_HEADER} is not accepted by this operation.${hint}`,
    { name: ENCRYPTION_HEADER, value },
    "0005-00000002",
  )
}

function checkCustomerHeaders(headers: RequestHeaders): void {
  for (const name of headers.keys()) {
    if (!name.startsWith(CUSTOMER_HEADERS_PREFIX)) continue
    throw new OssError("NotImplemented", {
      message: "Encryption with customer-provided keys is not implemented.",
      fields: { Header: name },
    })
  }
}

function readAccepted(
  headers: RequestHeaders,
  value: string | undefined,
): EncryptionChoice | undefined {
  const cmkId = headers.get(CMK_HEADER)
  if (value !== undefined && value !== "AES256" && value !== "SM4" && value !== "KMS") {
    throw new OssError("InvalidEncryptionAlgorithmError", {
      fields: { ArgumentName: ENCRYPTION_HEADER, ArgumentValue: value },
    })
  }
  // ossutil leaves the id in when it moves a KMS object to AES256; the service ignores it in that case.
  if (cmkId !== undefined && value !== "KMS" && value !== "AES256") {
    throw invalidArgument(
      "KMSMasterKeyID is not applicable if the default sse algorithm is not KMS",
      { name: CMK_HEADER, value: cmkId },
      "0005-00000204",
    )
  }
  if (value === undefined) return undefined
  if (value !== "KMS") return { method: value }
  if (cmkId === "") {
    throw invalidArgument(
      "The KMS key id is empty.",
      { name: CMK_HEADER, value: "" },
      "0005-00000205",
    )
  }
  const suite = readDataEncryption(headers.get(DATA_ENCRYPTION_HEADER))
  return cmkId === undefined ? { method: "KMS", suite } : { method: "KMS", cmk: cmkId, suite }
}

/**
 * The algorithm that seals data under a CMK. It has effect with KMS only and is ignored otherwise, as in the service.
 */
export function readDataEncryption(value: string | undefined): SuiteName {
  if (value === undefined || value === "AES256") return "aes-256-gcm"
  if (value === "SM4") return "sm4-gcm"
  throw new OssError("InvalidDataEncryptionAlgorithmError", {
    fields: { ArgumentName: DATA_ENCRYPTION_HEADER, ArgumentValue: value },
  })
}

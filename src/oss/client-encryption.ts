import type { StoredHeaders } from "../objects/rows/records.ts"
import { OssError } from "./errors.ts"
import type { XmlElement } from "../base/xml-write.ts"

// Clients that encrypt for themselves store their parameters in metadata. That metadata is theirs, but the service
// checks it where it would otherwise store an object that nobody can decrypt.

const PREFIX = "x-oss-meta-client-side-encryption-"

/** The metadata, and the elements of ListParts that repeat it. */
const ELEMENTS = [
  ["key", "ClientEncryptionKey"],
  ["start", "ClientEncryptionStart"],
  ["cek-alg", "ClientEncryptionCekAlg"],
  ["wrap-alg", "ClientEncryptionWrapAlg"],
  ["data-size", "ClientEncryptionDataSize"],
  ["part-size", "ClientEncryptionPartSize"],
] as const

const REQUIRED = ["key", "start", "cek-alg", "wrap-alg"] as const

/** What deciphering depends on: other metadata with that prefix may be changed. */
const DECIPHERING = [...REQUIRED, "data-size", "part-size"] as const

/** AES in counter mode begins every part at a block boundary. */
const CIPHER_BLOCK_BYTES = 16

export function clientEncryptionElements(headers: StoredHeaders): XmlElement[] {
  return ELEMENTS.map(([name, element]) => [element, headers[PREFIX + name]])
}

/** What an upload must declare when its client encrypts for itself. Throws InvalidEncryptionRequest. */
export function checkClientEncryptionOfUpload(headers: StoredHeaders): void {
  if (!Object.keys(headers).some((name) => name.startsWith(PREFIX))) return
  for (const name of REQUIRED) {
    if ((headers[PREFIX + name] ?? "") === "") throw refusal(name, "is missing")
  }
  const partBytes = sizeOf(headers, "part-size")
  if (partBytes === undefined) throw refusal("part-size", "is missing")
  if (partBytes === 0 || partBytes % CIPHER_BLOCK_BYTES !== 0) {
    throw refusal("part-size", `is no multiple of ${CIPHER_BLOCK_BYTES}`)
  }
  sizeOf(headers, "data-size")
}

/**
 * A copy that replaces metadata may leave what deciphers its source as it is, but not change it. Throws
 * InvalidEncryptionRequest.
 */
export function checkClientEncryptionOfCopy(source: StoredHeaders, replaced: StoredHeaders): void {
  if (source[`${PREFIX}key`] === undefined) return
  for (const name of DECIPHERING) {
    const value = replaced[PREFIX + name]
    if (value !== undefined && value !== source[PREFIX + name]) throw refusal(name, "was changed")
  }
}

function sizeOf(headers: StoredHeaders, name: "data-size" | "part-size"): number | undefined {
  const value = headers[PREFIX + name]
  if (value === undefined) return undefined
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw refusal(name, "is no size")
}

function refusal(name: string, what: string): OssError {
  return new OssError("InvalidEncryptionRequest", {
    message: `The client-side encryption request is not valid: ${PREFIX}${name} ${what}.`,
    fields: { Header: PREFIX + name },
  })
}

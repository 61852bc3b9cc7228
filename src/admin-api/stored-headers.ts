import { z } from "zod"
import type { StoredHeaders } from "../objects/rows/records.ts"
import {
  isStoredHeader,
  META_BYTES_MAX,
  META_PREFIX,
  metadataBytes,
} from "../objects/stored-headers.ts"
import { AdminError } from "./errors.ts"
import { named } from "./schemas/named.ts"

/** Metadata of client-side encryption. A copy without it could not be decrypted any more. */
const CLIENT_ENCRYPTION_PREFIX = `${META_PREFIX}client-side-encryption-`

const NAME = /^[a-z0-9-]{1,75}$/
const PRINTABLE = /^[ -~]*$/
const COUNT_MAX = 60

/** By header name, in lower case. */
export const headerChange: z.ZodType<Readonly<Record<string, string>>> = named(
  "HeaderChange",
  z
    .record(z.string().regex(NAME), z.string().max(META_BYTES_MAX))
    .refine((fields) => Object.keys(fields).length <= COUNT_MAX),
  "Content-Type and the like, and x-oss-meta-*: what is left out is removed. Values are printable ASCII, or as they were.",
)

function refused(message: string): AdminError {
  return new AdminError("InvalidRequest", message, { field: "headers" })
}

/**
 * Returns the headers of an object that has `before`, after `change` replaces them. Metadata of client-side encryption is kept.
 * Throws AdminError InvalidRequest.
 */
export function changedHeaders(
  before: StoredHeaders,
  change: Readonly<Record<string, string>>,
): StoredHeaders {
  for (const [name, value] of Object.entries(change)) {
    if (!isStoredHeader(name) || name === META_PREFIX) throw refused(`${name} is not stored.`)
    if (name.startsWith(CLIENT_ENCRYPTION_PREFIX)) {
      if (value !== before[name]) throw refused(`${name} belongs to the client's encryption.`)
    } else if (value !== before[name] && !PRINTABLE.test(value)) {
      throw refused(`The value of ${name} is not printable ASCII.`)
    }
  }
  if (metadataBytes(Object.entries(change)) > META_BYTES_MAX) {
    throw refused("The metadata is larger than 8 KB.")
  }
  const kept = Object.entries(before).filter(([name]) => name.startsWith(CLIENT_ENCRYPTION_PREFIX))
  const given = Object.entries(change).filter(
    ([name, value]) => value !== "" || name.startsWith(META_PREFIX),
  )
  return {
    "content-type": "application/octet-stream",
    ...Object.fromEntries(given),
    ...Object.fromEntries(kept),
  }
}

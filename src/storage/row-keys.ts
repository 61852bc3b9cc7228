import { afterPrefix, putField } from "../base/bytes.ts"
import type { StoreKey } from "./metadata-store.ts"

/**
 * The families of rows; each row key begins with its family's byte. Changing a value here breaks stored data.
 * Each user of a family defines the fields after the byte (objects/rows/keyspace.ts, kms/keyspace.ts).
 */
export const ROW_FAMILY = {
  metadataKey: 0x01,
  settings: 0x02,
  lease: 0x03,
  job: 0x04,
  bucket: 0x10,
  bucketKey: 0x11,
  current: 0x12,
  version: 0x13,
  blob: 0x14,
  manifest: 0x15,
  upload: 0x16,
  part: 0x17,
  marker: 0x18,
  nullVersion: 0x19,
  inline: 0x1a,
  content: 0x1b,
  cmk: 0x20,
  keyVersion: 0x21,
  keyVersionOfCmk: 0x22,
  alias: 0x23,
  aliasOfCmk: 0x24,
  cmkLastUse: 0x25,
  accessKey: 0x30,
  session: 0x31,
} as const

export type RowFamily = keyof typeof ROW_FAMILY

/**
 * Builds a row key from its fields. Every field but the last must have a fixed size for its place, or be a string
 * without NUL, which is then ended by a NUL. So keys sort by their fields, and no two lists of fields collide.
 */
export function rowKey(family: RowFamily, ...fields: (Uint8Array | string)[]): StoreKey {
  const last = fields.length - 1
  const isEnded = (field: Uint8Array | string, index: number): boolean =>
    typeof field === "string" && index < last
  const bytesOf = (field: Uint8Array | string, index: number): number =>
    Buffer.byteLength(field) + (isEnded(field, index) ? 1 : 0)
  const bytes = Buffer.allocUnsafe(
    fields.reduce<number>((sum, field, index) => sum + bytesOf(field, index), 1),
  )
  bytes[0] = ROW_FAMILY[family]
  let at = 1
  fields.forEach((field, index) => {
    if (typeof field === "string" && field.includes("\0")) {
      throw new RangeError("a string in a row key holds no NUL")
    }
    at += putField(bytes, at, field)
    if (isEnded(field, index)) bytes[at++] = 0
  })
  return bytes
}

/** The bounds of a scan over every row key that starts with `prefix`. */
export function prefixBounds(prefix: Uint8Array): { from: StoreKey; to: StoreKey } {
  const to = afterPrefix(prefix)
  if (to === undefined) throw new RangeError("no key is greater than this prefix")
  return { from: prefix, to }
}

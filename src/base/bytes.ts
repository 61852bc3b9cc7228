/** Encodes a number of at most 32 bits, big-endian. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** `value` as UTF-8 bytes. */
export function utf8(value: string): Buffer {
  return Buffer.from(value, "utf8")
}

/** Each field after its length in four bytes: no two lists of fields encode to the same bytes. */
export function lengthPrefixed(fields: readonly (Uint8Array | string)[]): Buffer {
  const bytes = Buffer.allocUnsafe(
    fields.reduce((sum, field) => sum + 4 + Buffer.byteLength(field), 0),
  )
  let at = 0
  for (const field of fields) {
    const length = putField(bytes, at + 4, field)
    bytes.writeUInt32BE(length, at)
    at += 4 + length
  }
  return bytes
}

/** Writes a field, a string as UTF-8, and returns how many bytes it took. */
export function putField(bytes: Buffer, at: number, field: Uint8Array | string): number {
  if (typeof field === "string") return bytes.write(field, at)
  bytes.set(field, at)
  return field.length
}

/** Compares by unsigned bytes, as every ordered store here sorts. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right)
}

/** A Buffer over the same memory as `bytes`. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The smallest key greater than every key that starts with `prefix`; undefined when there is none. */
export function afterPrefix(prefix: Uint8Array): Buffer | undefined {
  const next = Buffer.from(prefix)
  for (let index = next.length - 1; index >= 0; index -= 1) {
    const byte = next[index] ?? 0
    if (byte < 0xff) {
      next[index] = byte + 1
      return next.subarray(0, index + 1)
    }
  }
  return undefined
}

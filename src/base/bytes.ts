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

/** Every field preceded by its length in four bytes: no two lists of fields give the same bytes. */
export function lengthPrefixed(fields: readonly (Uint8Array | string)[]): Buffer {
  const parts: Uint8Array[] = []
  for (const field of fields) {
    const bytes = typeof field === "string" ? utf8(field) : field
    parts.push(uint32(bytes.length), bytes)
  }
  return Buffer.concat(parts)
}

/** Unsigned byte order, as every ordered store here sorts. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right)
}

/** A Buffer over the same memory as `bytes`. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The smallest key that is greater than every key starting with `prefix`; undefined when none is. */
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

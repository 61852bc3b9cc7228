/** Of what a client encrypts: it sends its bytes as base64, and the limit is on the bytes. Any other text counts as it is. */
export const PLAINTEXT_BYTES_MAX = 6144

export function plaintextSizeBytes(parameter: string): number {
  const bytes = Buffer.from(parameter, "base64")
  const isBase64 = bytes.toString("base64") === parameter
  bytes.fill(0)
  return isBase64 ? bytes.length : Buffer.byteLength(parameter)
}

/** What is no base64 becomes no bytes, which fail like every other damage: one error for all of it. */
export function decodeCiphertext(text: string): Buffer {
  const bytes = Buffer.from(text, "base64")
  return bytes.toString("base64") === text ? bytes : Buffer.alloc(0)
}

/** The UTF-8 bytes of `text` in base64: what SDKs put into Plaintext. */
export function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64()
}

/** The text that base64 encodes; undefined when it is not base64, or its bytes are not text. */
export function fromBase64(encoded: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(encoded))
  } catch {
    return undefined
  }
}

/** The length of `text` in bytes of UTF-8. */
export function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length
}

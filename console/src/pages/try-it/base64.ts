/** The UTF-8 bytes of `text` in base64: what SDKs put into Plaintext. */
export function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64()
}

/** The text behind base64; undefined where it is no base64, or its bytes are no text. */
export function fromBase64(encoded: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(encoded))
  } catch {
    return undefined
  }
}

/** How many bytes `text` has as UTF-8. */
export function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length
}

import { Failure } from "./failure.ts"

/** Whether this page may use the browser's cryptography: over HTTPS, or at a loopback address. */
export function canProve(): boolean {
  return window.isSecureContext
}

/** HMAC-SHA256 of `message` under `secret`, in lower-case hexadecimal. The secret is not sent anywhere. */
export async function prove(secret: string, message: string): Promise<string> {
  if (!canProve()) {
    throw new Failure({ code: "InsecureOrigin", message: "no secure context", status: 0 })
  }
  const encoder = new TextEncoder()
  const algorithm = { name: "HMAC", hash: "SHA-256" }
  const hmacKey = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ])
  const signature = await crypto.subtle.sign("HMAC", hmacKey, encoder.encode(message))
  return Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  )
}

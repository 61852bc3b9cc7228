import { randomFillSync, randomUUID } from "node:crypto"

/** `size` bytes from the operating system's generator, for values that are no secret. */
export function randomBytes(size: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(size))
}

/** Random bytes for key material: memory of their own, outside the pool, so that they can be zeroed. */
export function randomSecret(size: number): Buffer {
  return randomFillSync(Buffer.allocUnsafeSlow(size))
}

/** Sixteen bytes that ascend with time: 48 bits of milliseconds, then 80 random bits. */
export function timeOrderedId(nowMs: number): Buffer {
  const id = randomBytes(16)
  id.writeUIntBE(nowMs, 0, 6)
  return id
}

/** A random UUID in lower case. */
export function uuid(): string {
  return randomUUID()
}

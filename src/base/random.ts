import { randomFillSync, randomUUID } from "node:crypto"

/** One call to the generator costs more than its bytes, so values that are not secret are cut from a block. */
const BLOCK_BYTES = 8192
let block: Buffer = Buffer.alloc(0)

/** `size` bytes from the operating system's generator, never returned twice, for values that are not secret. */
export function randomBytes(size: number): Buffer {
  if (size > BLOCK_BYTES) return randomFillSync(Buffer.allocUnsafe(size))
  if (block.length < size) block = randomFillSync(Buffer.allocUnsafeSlow(BLOCK_BYTES))
  const bytes = Buffer.from(block.subarray(0, size))
  block = block.subarray(size)
  return bytes
}

const SECRET_BLOCK_BYTES = 1024
let secretBlock: Buffer = Buffer.alloc(0)

/**
 * Random bytes for key material, never returned twice. They have their own memory outside the pool, so that they can be
 * zeroed. They too are cut from a block, which is zeroed where they were.
 */
export function randomSecret(size: number): Buffer {
  const secret = Buffer.allocUnsafeSlow(size)
  if (size > SECRET_BLOCK_BYTES) return randomFillSync(secret)
  if (secretBlock.length < size) {
    secretBlock = randomFillSync(Buffer.allocUnsafeSlow(SECRET_BLOCK_BYTES))
  }
  secretBlock.copy(secret, 0, 0, size)
  secretBlock.fill(0, 0, size)
  secretBlock = secretBlock.subarray(size)
  return secret
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

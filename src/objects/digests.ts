import { createHash } from "node:crypto"
import { createCRC64, type IHasher } from "hash-wasm"

/** What an upload's plaintext digests to. */
export interface Digests {
  readonly sizeBytes: number
  readonly md5: Buffer
  readonly crc64: bigint
}

/** Digests one plaintext while it streams. Not used after `final` or `release`. */
export interface Digester {
  update(bytes: Uint8Array): void
  final(): Digests
  /** Gives the digester up without a result; nothing happens after `final`. */
  release(): void
}

// A WebAssembly instance costs about 0.1 ms to make; those not in use wait here for the next upload.
const idle: IHasher[] = []

export async function createDigester(): Promise<Digester> {
  const crc64 = idle.pop() ?? (await createCRC64())
  crc64.init()
  let held = true
  const md5 = createHash("md5")
  let sizeBytes = 0
  const release = (): void => {
    if (held) idle.push(crc64)
    held = false
  }
  return {
    release,
    update(bytes) {
      sizeBytes += bytes.length
      md5.update(bytes)
      crc64.update(bytes)
    },
    final() {
      const digest = Buffer.from(crc64.digest("binary")).readBigUInt64BE()
      release()
      return { sizeBytes, md5: md5.digest(), crc64: digest }
    },
  }
}

import { createHash } from "node:crypto"
import { createCRC64, type IHasher } from "hash-wasm"

/** The size and digests of an upload's plaintext. */
export interface Digests {
  readonly sizeBytes: number
  readonly md5: Buffer
  readonly crc64: bigint
}

/** Digests one plaintext while it streams. Not used after `final` or `release`. */
interface Digesting<Result> {
  update(bytes: Uint8Array): void
  final(): Result
  /** Gives the digester up without a result; nothing happens after `final`. */
  release(): void
}

export type Digester = Digesting<Digests>

export type Crc64Digester = Digesting<bigint>

/** Bytes changed between two places where they are digested: a bug of ours, and never an object. */
export class DigestDiffers extends Error {
  override name = "DigestDiffers"
}

// A WebAssembly instance costs about 0.1 ms to make; those not in use wait here for the next plaintext.
const idle: IHasher[] = []

export async function createCrc64Digester(): Promise<Crc64Digester> {
  const crc64 = idle.pop() ?? (await createCRC64())
  crc64.init()
  let held = true
  const release = (): void => {
    if (held) idle.push(crc64)
    held = false
  }
  return {
    release,
    update(bytes) {
      crc64.update(bytes)
    },
    final() {
      const digest = Buffer.from(crc64.digest("binary")).readBigUInt64BE()
      release()
      return digest
    },
  }
}

export async function createDigester(): Promise<Digester> {
  const crc64 = await createCrc64Digester()
  const md5 = createHash("md5")
  let sizeBytes = 0
  return {
    release: () => crc64.release(),
    update(bytes) {
      sizeBytes += bytes.length
      md5.update(bytes)
      crc64.update(bytes)
    },
    final: () => ({ sizeBytes, md5: md5.digest(), crc64: crc64.final() }),
  }
}

import { createHash } from "node:crypto"
import { updateCrc64 } from "./crc64-wasm.ts"

/** The size and digests of an upload's plaintext. */
export interface Digests {
  readonly sizeBytes: number
  readonly md5: Buffer
  readonly crc64: bigint
}

/** Digests one plaintext while it streams. Must not be used after `final`. */
export interface Digester {
  update(bytes: Uint8Array): void
  final(): Digests
}

/** The same for the CRC-64 alone. Many short pieces take less time in one call than in several. */
export interface Crc64Digester {
  update(...pieces: readonly Uint8Array[]): void
  final(): bigint
}

/** Bytes changed between two places where they are digested: a bug of ours, and never an object. */
export class DigestDiffers extends Error {
  override name = "DigestDiffers"
}

export function createCrc64Digester(): Crc64Digester {
  let crc64 = 0n
  return {
    update(...pieces) {
      crc64 = updateCrc64(crc64, ...pieces)
    },
    final: () => crc64,
  }
}

export function createDigester(): Digester {
  const md5 = createHash("md5")
  let crc64 = 0n
  let sizeBytes = 0
  return {
    update(bytes) {
      sizeBytes += bytes.length
      md5.update(bytes)
      crc64 = updateCrc64(crc64, bytes)
    },
    final: () => ({ sizeBytes, md5: md5.digest(), crc64 }),
  }
}

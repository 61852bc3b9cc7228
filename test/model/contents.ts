// What is stored, with the digests that a server must return for it, computed here without the server's code.
import { createHash } from "node:crypto"
import type { Random } from "./random.ts"

/** Sizes around the limits of a segment and of what is stored inline; those of the second line are in a blob. */
const SIZES = [
  ...[0, 1, 2, 100, 1500, 4096, 16_383, 16_384, 16_385, 65_536],
  ...[65_537, 65_538, 70_000, 90_000],
] as const
export const PART_BYTES_MIN: number = 100 * 1024
const LARGE_SIZES = [PART_BYTES_MIN, PART_BYTES_MIN + 1, 131_072, 200_001] as const

/** Bytes that differ from those of every other seed, of one of the sizes. */
export function randomContent(random: Random, largeChance = 0.03): Buffer {
  const size = random.chance(largeChance) ? random.pick(LARGE_SIZES) : random.pick(SIZES)
  const content = Buffer.alloc(size, Buffer.from([random.below(256), 1, 2, random.below(256), 3]))
  if (size >= 8) content.writeUInt32BE(random.below(2 ** 32), size - 4)
  return content
}

export function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex").toUpperCase()
}

/** CRC-64/XZ, which the service calls ECMA; the table is in two halves, because a number holds only 53 bits. */
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte)
  for (let bit = 0; bit < 8; bit += 1) {
    crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n
  }
  return crc
})
const HIGH = Uint32Array.from(TABLE, (crc) => Number(crc >> 32n))
const LOW = Uint32Array.from(TABLE, (crc) => Number(crc & 0xffffffffn))

/** As unsigned decimal text. */
export function crc64Of(bytes: Uint8Array): string {
  let high = 0xffffffff
  let low = 0xffffffff
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff
    low = (((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0)) >>> 0
    high = ((high >>> 8) ^ (HIGH[index] ?? 0)) >>> 0
  }
  const crc = (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0)
  return crc.toString()
}

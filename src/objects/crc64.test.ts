import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { test } from "node:test"
import fc from "fast-check"
import { combineCrc64 } from "./crc64.ts"
import { FOLDED_POWERS, updateCrc64 } from "./crc64-wasm.ts"

function crc64(bytes: Uint8Array): bigint {
  return updateCrc64(0n, bytes)
}

/** As its definition says, a bit at a time. */
function crc64ByBits(bytes: Uint8Array): bigint {
  let state = 2n ** 64n - 1n
  for (const byte of bytes) {
    state ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) {
      state = (state >> 1n) ^ (state & 1n ? 0xc96c5795d7870f42n : 0n)
    }
  }
  return state ^ (2n ** 64n - 1n)
}

test("bytes of every length have the CRC of the definition, wherever they lie in memory", () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 167 + 13) & 0xff))
  for (let length = 0; length <= 200; length += 1) {
    const start = length % 19
    const piece = bytes.subarray(start, start + length)
    assert.equal(crc64(piece), crc64ByBits(piece), `of ${length} bytes`)
  }
})

test("the powers that blocks are folded by sum to a multiple of the polynomial", () => {
  const last = FOLDED_POWERS.at(-1) ?? 0
  let sum = 0n
  let power = 1n << 63n
  for (let exponent = 0; exponent <= 128 * last; exponent += 1) {
    if (FOLDED_POWERS.some((each) => each * 128 === exponent)) sum ^= power
    power = (power >> 1n) ^ (power & 1n ? 0xc96c5795d7870f42n : 0n)
  }
  assert.equal(sum, 0n)
})

test("many bytes have the CRC of the definition, after any others", () => {
  const bytes = randomBytes(100_000)
  for (const length of [7519, 7520, 7521, 7535, 7536, 11_283, 16_384, 90_784, 90_785, 100_000]) {
    const piece = bytes.subarray(100_000 - length)
    assert.equal(crc64(piece), crc64ByBits(piece), `of ${length} bytes`)
  }
})

test("bytes that come in pieces have the CRC of the whole, also of more than the module's memory", () => {
  const bytes = randomBytes(300_001)
  const whole = crc64(bytes)
  for (const size of [1, 15, 16, 8000, 16_384, 90_783, 90_784, 90_785, 200_000]) {
    let crc = 0n
    const pieces: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
    for (const piece of pieces) crc = updateCrc64(crc, piece)
    assert.equal(crc, whole, `in pieces of ${size}`)
    if (pieces.length < 1000) assert.equal(updateCrc64(0n, ...pieces), whole, "in one call")
  }
  const parts = [bytes.subarray(0, 100_000), bytes.subarray(100_000)]
  const combined = combineCrc64(
    parts.map((part) => ({ crc64: crc64(part), sizeBytes: part.length })),
  )
  assert.equal(combined, whole)
})

test("the digest of published inputs is the check value of crc64ecma", () => {
  assert.equal(crc64(Buffer.from("123456789")), 11051210869376104954n)
  assert.equal(
    crc64(Buffer.from("This is a test of the emergency broadcast system.")),
    2871916124362751090n,
  )
  assert.equal(crc64(Buffer.alloc(0)), 0n)
})

test("the combined CRC of any pieces is the CRC of their concatenation", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (pieces) => {
      const combined = combineCrc64(
        pieces.map((piece) => ({ crc64: crc64(piece), sizeBytes: piece.length })),
      )
      assert.equal(combined, crc64(Buffer.concat(pieces)))
    }),
  )
})

test("large sizes combine like the powers of x that they stand for", () => {
  // The same number of zero bytes in pieces of any size: every split gives the same CRC.
  const first = { crc64: 0x0123456789abcdefn, sizeBytes: 5 }
  const zeros = (sizeBytes: number): { crc64: bigint; sizeBytes: number } => ({
    crc64: 0n,
    sizeBytes,
  })
  for (const sizeBytes of [255, 256, 65_535, 5 * 1024 ** 3, 48.8 * 1024 ** 4]) {
    const whole = Math.floor(sizeBytes)
    const cut = Math.floor(whole / 3)
    assert.equal(
      combineCrc64([first, zeros(whole)]),
      combineCrc64([first, zeros(cut), zeros(whole - cut)]),
    )
  }
})

import assert from "node:assert/strict"
import { test } from "node:test"
import { createCRC64 } from "hash-wasm"
import fc from "fast-check"
import { combineCrc64 } from "./crc64.ts"

const hasher = await createCRC64()
function crc64(bytes: Uint8Array): bigint {
  return Buffer.from(hasher.init().update(bytes).digest("binary")).readBigUInt64BE()
}

test("the hasher gives the published check values of crc64ecma", () => {
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

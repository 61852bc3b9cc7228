import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { AssertionError } from "../base/assert.ts"
import { randomBytes } from "../base/random.ts"
import { nonceForSegment, openedSizeBytes, sealedSizeBytes, SEGMENT_BYTES } from "./segments.ts"

describe("sizes", () => {
  test("of plaintext and message are inverse, and every other message size is invalid", () => {
    for (const segments of [0, 1, 2, 1000, 2 ** 26]) {
      for (const offset of [-1, 0, 1]) {
        const size = segments * SEGMENT_BYTES + offset
        if (size >= 0) assert.equal(openedSizeBytes(sealedSizeBytes(size)), size)
      }
    }
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), (messageBytes) => {
        const size = openedSizeBytes(messageBytes)
        if (size !== undefined) assert.equal(sealedSizeBytes(size), messageBytes)
      }),
    )
    for (const messageBytes of [-1, 0, 55, 56, 71, 56 + 16_400, 56 + 16_400 + 15]) {
      assert.equal(openedSizeBytes(messageBytes), undefined)
    }
  })

  test("the nonce of a segment is the base nonce XOR its number, however large", () => {
    const base = fc.uint8Array({ minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(base, fc.integer({ min: 0, max: 2 ** 38 - 1 }), (baseNonce, segment) => {
        const nonce = nonceForSegment(Buffer.from(baseNonce), segment)
        const expected = BigInt(`0x${Buffer.from(baseNonce).toString("hex")}`) ^ BigInt(segment)
        assert.equal(BigInt(`0x${nonce.toString("hex")}`), expected)
      }),
    )
  })

  test("segments 2^32 apart have different nonces", () => {
    const base = randomBytes(12)
    const near = nonceForSegment(base, 5)
    const far = nonceForSegment(base, 2 ** 32 + 5)
    assert.ok(!near.equals(far))
    assert.ok(nonceForSegment(base, 0).equals(base))
  })

  test("allow up to 2^38 segments, and no more", () => {
    const largest = 2 ** 38 * SEGMENT_BYTES - 1
    assert.equal(openedSizeBytes(sealedSizeBytes(largest)), largest)
    assert.equal(openedSizeBytes(sealedSizeBytes(largest + 1)), undefined)
    assert.throws(() => nonceForSegment(Buffer.alloc(12), 2 ** 38), AssertionError)
  })
})

import assert from "node:assert/strict"
import { createSecretKey, type KeyObject } from "node:crypto"
import { describe, test } from "node:test"
import fc from "fast-check"
import { randomBytes } from "../base/random.ts"
import { sealMessage } from "./message.ts"
import { createOpener } from "./opener.ts"
import { SealBroken } from "./seal-broken.ts"
import { MESSAGE_HEADER_BYTES, SEALED_SEGMENT_BYTES, SEGMENT_BYTES } from "./segments.ts"
import { SUITE_NAMES, SUITES } from "./suites.ts"

const NOTHING = Buffer.alloc(0)

for (const suite of SUITE_NAMES) {
  describe(`a streaming opener, ${suite}`, () => {
    const newKey = (): KeyObject => createSecretKey(randomBytes(SUITES[suite].keyBytes))
    const binding = { suite, inputKey: newKey(), context: Buffer.from("context") }

    test("returns the plaintext, however the message is split", () => {
      const size = fc.oneof(
        fc.constantFrom(
          0,
          1,
          SEGMENT_BYTES - 1,
          SEGMENT_BYTES,
          SEGMENT_BYTES + 1,
          2 * SEGMENT_BYTES,
        ),
        fc.nat({ max: 50_000 }),
      )
      const pieceSizes = fc.array(fc.oneof(fc.nat({ max: 100 }), fc.nat({ max: 40_000 })))
      fc.assert(
        fc.property(size, pieceSizes, (sizeBytes, pieces) => {
          const plaintext = randomBytes(sizeBytes)
          let rest = sealMessage({ ...binding, plaintext })
          const opener = createOpener(binding)
          const opened: Buffer[] = []
          for (const piece of pieces) {
            opened.push(opener.update(rest.subarray(0, piece)))
            rest = rest.subarray(piece)
          }
          opened.push(opener.update(rest), opener.final())
          assert.ok(Buffer.concat(opened).equals(plaintext))
        }),
      )
    })

    test("releases a full segment when its last byte arrives, not before", () => {
      const plaintext = randomBytes(SEGMENT_BYTES + 1)
      const message = sealMessage({ ...binding, plaintext })
      const end = MESSAGE_HEADER_BYTES + SEALED_SEGMENT_BYTES
      const opener = createOpener(binding)
      assert.equal(opener.update(message.subarray(0, end - 1)).length, 0)
      assert.ok(opener.update(message.subarray(end - 1, end)).equals(plaintext.subarray(0, -1)))
    })

    test("refuses another key or context at the header, before any segment", () => {
      const header = sealMessage({ ...binding, plaintext: NOTHING }).subarray(
        0,
        MESSAGE_HEADER_BYTES,
      )
      const otherKey = { ...binding, inputKey: newKey() }
      const otherContext = { ...binding, context: Buffer.from("contex") }
      for (const other of [otherKey, otherContext]) {
        assert.throws(() => createOpener(other).update(header), SealBroken)
      }
      assert.equal(createOpener(binding).update(header).length, 0)
    })

    test("that failed keeps failing, even when the rest of the message is valid", () => {
      const message = sealMessage({ ...binding, plaintext: randomBytes(2 * SEGMENT_BYTES) })
      const damaged = Buffer.from(message)
      damaged[100] = (damaged[100] ?? 0) ^ 1
      const opener = createOpener(binding)
      const end = MESSAGE_HEADER_BYTES + SEALED_SEGMENT_BYTES
      assert.throws(() => opener.update(damaged.subarray(0, end)), SealBroken)
      assert.throws(() => opener.update(message.subarray(end)), SealBroken)
      assert.throws(() => opener.update(NOTHING), SealBroken)
      assert.throws(() => opener.final(), SealBroken)
    })

    test("accepts and returns nothing after its end", () => {
      const opener = createOpener(binding)
      opener.update(sealMessage({ ...binding, plaintext: Buffer.from("x") }))
      assert.equal(opener.final().toString(), "x")
      assert.throws(() => opener.final(), SealBroken)
      assert.throws(() => opener.update(NOTHING), SealBroken)
    })
  })
}

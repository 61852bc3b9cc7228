import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { describe, test } from "node:test"
import fc from "fast-check"
import { AssertionError } from "../base/assert.ts"
import { randomBytes } from "../base/random.ts"
import { openMessage, sealMessage } from "./message.ts"
import { createOpener } from "./opener.ts"
import { openRange } from "./open-range.ts"
import { SealBroken } from "./seal-broken.ts"
import { createSealer } from "./sealer.ts"
import type { Binding } from "./message-keys.ts"
import { sealedSizeBytes, SEGMENT_BYTES } from "./segments.ts"
import { SUITE_NAMES, type SuiteName, SUITES } from "./suites.ts"

const context = Buffer.from("context")

/** Sizes around segment boundaries, and small ones. */
const sizes = fc.oneof(
  fc.constantFrom(0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769),
  fc.nat({ max: 40_000 }),
)
const plaintexts = sizes.map((size) => randomBytes(size))

function newBinding(suite: SuiteName): Binding {
  const inputKey = createSecretKey(randomBytes(SUITES[suite].keyBytes))
  return { suite, inputKey, context }
}

function sealInPieces(binding: Binding, plaintext: Buffer, cuts: readonly number[]): Buffer {
  const sealer = createSealer(binding)
  const pieces: Uint8Array[] = []
  let at = 0
  for (const cut of [...cuts, plaintext.length].sort((left, right) => left - right)) {
    const end = Math.max(at, Math.min(cut, plaintext.length))
    pieces.push(...sealer.update(plaintext.subarray(at, end)))
    at = end
  }
  return Buffer.concat([...pieces, ...sealer.final()])
}

async function readRange(
  binding: Binding,
  message: Buffer,
  first: number,
  last: number,
): Promise<Buffer> {
  const pieces: Buffer[] = []
  const source = {
    sizeBytes: message.length,
    read: (position: number, length: number) =>
      Promise.resolve(message.subarray(position, position + length)),
  }
  for await (const batch of openRange({ ...binding, source, range: { first, last } })) {
    pieces.push(...batch)
  }
  return Buffer.concat(pieces)
}

/** What a streaming opener releases before it fails. */
function releasedBeforeFailure(binding: Binding, message: Buffer, pieceBytes: number): Buffer {
  const opener = createOpener(binding)
  const released: Buffer[] = []
  assert.throws(() => {
    for (let at = 0; at < message.length; at += pieceBytes) {
      released.push(opener.update(message.subarray(at, at + pieceBytes)))
    }
    released.push(opener.final())
  }, SealBroken)
  return Buffer.concat(released)
}

for (const suite of SUITE_NAMES) {
  describe(`a sealed message, ${suite}`, () => {
    const binding = newBinding(suite)

    test("opens to what was sealed, for any chunking of the input", () => {
      fc.assert(
        fc.property(plaintexts, fc.array(fc.nat({ max: 40_000 })), (plaintext, cuts) => {
          const message = sealInPieces(binding, plaintext, cuts)
          assert.equal(message.length, sealedSizeBytes(plaintext.length))
          assert.ok(openMessage({ ...binding, message }).equals(plaintext))
        }),
      )
    })

    test("returns the slice for any range", async () => {
      await fc.assert(
        fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, left, right) => {
          fc.pre(size > 0)
          const plaintext = randomBytes(size)
          const [first, last] = [left % size, right % size].sort((a, b) => a - b) as [
            number,
            number,
          ]
          const message = sealMessage({ ...binding, plaintext })
          const range = await readRange(binding, message, first, last)
          assert.ok(range.equals(plaintext.subarray(first, last + 1)))
        }),
      )
    })

    test("does not open under another key or context", () => {
      const message = sealMessage({ ...binding, plaintext: Buffer.from("x") })
      const { inputKey: otherKey } = newBinding(suite)
      assert.throws(() => openMessage({ ...binding, inputKey: otherKey, message }), SealBroken)
      const otherContext = Buffer.from("contexu")
      assert.throws(() => openMessage({ ...binding, context: otherContext, message }), SealBroken)
    })

    test("with any flipped bit is refused before a wrong byte is released", async () => {
      await fc.assert(
        fc.asyncProperty(sizes, fc.nat(), fc.nat({ max: 7 }), async (size, place, bit) => {
          const plaintext = randomBytes(size)
          const message = sealMessage({ ...binding, plaintext })
          const at = place % message.length
          message[at] = (message[at] ?? 0) ^ (1 << bit)
          assert.throws(() => openMessage({ ...binding, message }), SealBroken)
          const released = releasedBeforeFailure(binding, message, 5000)
          assert.ok(released.equals(plaintext.subarray(0, released.length)))
          if (size > 0) await assert.rejects(readRange(binding, message, 0, size - 1), SealBroken)
        }),
      )
    })

    test("that was truncated, extended, or whose segments were removed, repeated or swapped is refused", () => {
      const plaintext = randomBytes(3 * SEGMENT_BYTES + 100)
      const message = sealMessage({ ...binding, plaintext })
      const segment = (index: number): Buffer =>
        message.subarray(56 + index * 16_400, 56 + (index + 1) * 16_400)
      const head = message.subarray(0, 56)
      const changed = [
        message.subarray(0, -1),
        message.subarray(0, 56 + 3 * 16_400),
        message.subarray(0, 56),
        Buffer.concat([message, Buffer.alloc(1)]),
        Buffer.concat([head, segment(0), segment(2), segment(3)]),
        Buffer.concat([head, segment(0), segment(1), segment(1), segment(2), segment(3)]),
        Buffer.concat([head, segment(1), segment(0), segment(2), segment(3)]),
        Buffer.concat([head, segment(3)]),
      ]
      for (const damaged of changed) {
        assert.throws(() => openMessage({ ...binding, message: damaged }), SealBroken)
        const released = releasedBeforeFailure(binding, damaged, 7001)
        assert.ok(released.equals(plaintext.subarray(0, released.length)))
      }
    })

    test("is never twice the same", () => {
      const plaintext = Buffer.from("same")
      const first = sealMessage({ ...binding, plaintext })
      assert.ok(!first.equals(sealMessage({ ...binding, plaintext })))
    })

    test("has one end: a sealer accepts nothing after it", () => {
      const sealer = createSealer(binding)
      sealer.final()
      assert.throws(() => sealer.update(Buffer.of(1)), AssertionError)
      assert.throws(() => sealer.final(), AssertionError)
    })
  })

  describe(`the cached message of a key, ${suite}`, () => {
    const binding = newBinding(suite)
    test("opens in no other context and with no other header", () => {
      const message = sealMessage({ ...binding, plaintext: Buffer.from("again") })
      const another = sealMessage({ ...binding, plaintext: Buffer.from("another") })
      for (let round = 0; round < 3; round += 1) {
        assert.equal(openMessage({ ...binding, message }).toString(), "again")
        assert.throws(
          () => openMessage({ ...binding, context: Buffer.from("contexT"), message }),
          SealBroken,
        )
        for (const at of [0, 23, 24, 55, 56, message.length - 1]) {
          const damaged = Buffer.from(message)
          damaged[at] = (damaged[at] ?? 0) ^ 1
          assert.throws(() => openMessage({ ...binding, message: damaged }), SealBroken)
        }
        if (round > 0)
          assert.equal(openMessage({ ...binding, message: another }).toString(), "another")
      }
    })

    test("does not change when the caller's bytes change", () => {
      const message = sealMessage({ ...binding, plaintext: Buffer.from("again") })
      const changing = Buffer.from(context)
      const given = { ...binding, context: changing, message }
      openMessage(given)
      changing[0] = 0
      assert.throws(() => openMessage(given), SealBroken)
      message[0] = (message[0] ?? 0) ^ 1
      assert.throws(() => openMessage({ ...binding, message }), SealBroken)
    })
  })
}

describe("a suite", () => {
  const plaintext = Buffer.from("x")

  test("accepts only an input key of its own size, to seal and to open", () => {
    for (const suite of SUITE_NAMES) {
      const { keyBytes } = SUITES[suite]
      const message = sealMessage({ ...newBinding(suite), plaintext })
      for (const sizeBytes of [1, 16, 24, 32, 48].filter((size) => size !== keyBytes)) {
        const wrong = { suite, context, inputKey: createSecretKey(randomBytes(sizeBytes)) }
        assert.throws(() => sealMessage({ ...wrong, plaintext }), SealBroken)
        assert.throws(() => createSealer(wrong), SealBroken)
        assert.throws(() => openMessage({ ...wrong, message }), SealBroken)
        assert.throws(() => createOpener(wrong).update(message), SealBroken)
      }
    }
  })

  test("opens no message of another suite, not even one that its key opened before", () => {
    for (const suite of SUITE_NAMES) {
      for (const other of SUITE_NAMES.filter((name) => name !== suite)) {
        const binding = newBinding(suite)
        const message = sealMessage({ ...binding, plaintext })
        assert.deepEqual(openMessage({ ...binding, message }), plaintext)
        assert.throws(() => openMessage({ ...binding, suite: other, message }), SealBroken)
        const otherBinding = { ...newBinding(other), message }
        assert.throws(() => openMessage(otherBinding), SealBroken)
      }
    }
  })
})

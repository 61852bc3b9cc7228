import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { describe, test } from "node:test"
import fc from "fast-check"
import { randomBytes } from "../base/random.ts"
import { blobContext, encodeBlobHeader, parseBlobHeader } from "./blob-header.ts"
import { openMessage, sealMessage } from "./message.ts"
import { createOpener } from "./opener.ts"
import { openRange } from "./open-range.ts"
import { openRow, ROW_OVERHEAD_BYTES, rowGeneration, sealRow } from "./row.ts"
import { SealBroken } from "./seal-broken.ts"
import { createSealer } from "./sealer.ts"
import { nonceForSegment, openedSizeBytes, sealedSizeBytes, SEGMENT_BYTES } from "./segments.ts"

const inputKey = createSecretKey(randomBytes(32))
const context = Buffer.from("context")
const binding = { inputKey, context }

/** Sizes round the boundaries of segments, and small ones. */
const sizes = fc.oneof(
  fc.constantFrom(0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 32_769),
  fc.nat({ max: 40_000 }),
)
const plaintexts = sizes.map((size) => randomBytes(size))

function sealInPieces(plaintext: Buffer, cuts: readonly number[]): Buffer {
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

async function readRange(message: Buffer, first: number, last: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  const source = {
    sizeBytes: message.length,
    read: (position: number, length: number) =>
      Promise.resolve(message.subarray(position, position + length)),
  }
  for await (const piece of openRange({ ...binding, source, range: { first, last } })) {
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** What a streaming opener gives out before it fails. */
function releasedBeforeFailure(message: Buffer, pieceBytes: number): Buffer {
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

describe("a sealed message", () => {
  test("opens to what was sealed, for any chunking of the input", () => {
    fc.assert(
      fc.property(plaintexts, fc.array(fc.nat({ max: 40_000 })), (plaintext, cuts) => {
        const message = sealInPieces(plaintext, cuts)
        assert.equal(message.length, sealedSizeBytes(plaintext.length))
        assert.ok(openMessage({ ...binding, message }).equals(plaintext))
      }),
    )
  })

  test("gives for any range the slice", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, left, right) => {
        fc.pre(size > 0)
        const plaintext = randomBytes(size)
        const [first, last] = [left % size, right % size].sort((a, b) => a - b) as [number, number]
        const message = sealMessage({ ...binding, plaintext })
        const range = await readRange(message, first, last)
        assert.ok(range.equals(plaintext.subarray(first, last + 1)))
      }),
    )
  })

  test("of another key or context does not open", () => {
    const message = sealMessage({ ...binding, plaintext: Buffer.from("x") })
    const otherKey = createSecretKey(randomBytes(32))
    assert.throws(() => openMessage({ inputKey: otherKey, context, message }), SealBroken)
    const otherContext = Buffer.from("contexu")
    assert.throws(() => openMessage({ inputKey, context: otherContext, message }), SealBroken)
  })

  test("with any flipped bit is refused before a wrong byte is released", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat({ max: 7 }), async (size, place, bit) => {
        const plaintext = randomBytes(size)
        const message = sealMessage({ ...binding, plaintext })
        const at = place % message.length
        message[at] = (message[at] ?? 0) ^ (1 << bit)
        assert.throws(() => openMessage({ ...binding, message }), SealBroken)
        const released = releasedBeforeFailure(message, 5000)
        assert.ok(released.equals(plaintext.subarray(0, released.length)))
        if (size > 0) await assert.rejects(readRange(message, 0, size - 1), SealBroken)
      }),
    )
  })

  test("that was cut, made longer, or whose segments were removed, repeated or swapped is refused", () => {
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
      const released = releasedBeforeFailure(damaged, 7001)
      assert.ok(released.equals(plaintext.subarray(0, released.length)))
    }
  })

  test("is never twice the same", () => {
    const plaintext = Buffer.from("same")
    const first = sealMessage({ ...binding, plaintext })
    assert.ok(!first.equals(sealMessage({ ...binding, plaintext })))
  })
})

describe("sizes", () => {
  test("of plaintext and message are each other's inverse, and no other size is a message's", () => {
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
    for (const messageBytes of [0, 55, 56, 71, 56 + 16_400, 56 + 16_400 + 15]) {
      assert.equal(openedSizeBytes(messageBytes), undefined)
    }
  })

  test("segments 2^32 apart have different nonces", () => {
    const base = randomBytes(12)
    const near = nonceForSegment(base, 5)
    const far = nonceForSegment(base, 2 ** 32 + 5)
    assert.ok(!near.equals(far))
    assert.ok(nonceForSegment(base, 0).equals(base))
  })
})

describe("a blob header", () => {
  const header = {
    suite: "aes-256-gcm",
    blobId: "000102030405060708090a0b0c0d0e0f",
    bucketInstanceId: randomBytes(16),
  } as const

  test("is read as it was written", () => {
    assert.deepEqual(parseBlobHeader(encodeBlobHeader(header)), header)
  })

  test("with any flipped bit is refused", () => {
    for (let bit = 0; bit < 64 * 8; bit += 1) {
      const bytes = encodeBlobHeader(header)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.throws(() => parseBlobHeader(bytes), SealBroken)
    }
  })

  test("of another blob or bucket gives another context", () => {
    const other = { ...header, blobId: "ff0102030405060708090a0b0c0d0e0f" }
    assert.ok(!blobContext(header).equals(blobContext(other)))
  })
})

describe("a sealed row", () => {
  const rowKeyMaterial = createSecretKey(randomBytes(32))
  const rowKey = Buffer.from("row")

  test("opens for its key only, and tells its generation", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.nat({ max: 2 ** 32 - 1 }),
        (record, generation) => {
          const value = sealRow({ rowKeyMaterial, generation, rowKey, record })
          assert.equal(value.length, record.length + ROW_OVERHEAD_BYTES)
          assert.equal(rowGeneration(value), generation)
          assert.deepEqual(openRow({ rowKeyMaterial, rowKey, value }), Buffer.from(record))
          const moved = { rowKeyMaterial, rowKey: Buffer.from("rox"), value }
          assert.throws(() => openRow(moved), SealBroken)
          const otherKey = { rowKeyMaterial: inputKey, rowKey, value }
          assert.throws(() => openRow(otherKey), SealBroken)
        },
      ),
    )
  })

  test("with a flipped bit outside its generation, or cut, does not open", () => {
    const record = Buffer.from("a record")
    const value = sealRow({ rowKeyMaterial, generation: 7, rowKey, record })
    for (let at = 0; at < value.length; at += 1) {
      if (at >= 1 && at < 5) continue // names the key; another generation is another key
      const damaged = Buffer.from(value)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      assert.throws(() => openRow({ rowKeyMaterial, rowKey, value: damaged }), SealBroken)
      const cut = value.subarray(0, at)
      assert.throws(() => openRow({ rowKeyMaterial, rowKey, value: cut }), SealBroken)
    }
  })
})

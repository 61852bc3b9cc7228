import assert from "node:assert/strict"
import { createSecretKey } from "node:crypto"
import { describe, test } from "node:test"
import fc from "fast-check"
import { AssertionError } from "../base/assert.ts"
import type { ByteRange } from "../base/byte-range.ts"
import { randomBytes } from "../base/random.ts"
import { sealMessage } from "./message.ts"
import type { Binding } from "./message-keys.ts"
import { type MessageSource, openRange } from "./open-range.ts"
import { SealBroken } from "./seal-broken.ts"
import {
  MESSAGE_HEADER_BYTES,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  segmentStart,
} from "./segments.ts"
import { SUITE_NAMES, SUITES } from "./suites.ts"

/** A message in memory that records which bytes are read. */
function sourceOf(message: Buffer): MessageSource & { readonly reads: [number, number][] } {
  const reads: [number, number][] = []
  return {
    reads,
    sizeBytes: message.length,
    read(position, length) {
      reads.push([position, length])
      return Promise.resolve(message.subarray(position, position + length))
    },
  }
}

/** What comes out before the end or the error; the error must be SealBroken. */
async function read(
  binding: Binding,
  source: MessageSource,
  range: ByteRange,
  options: { plaintextSizeBytes?: number; batchSegments?: number } = {},
): Promise<{ released: Buffer; batches: number; broken: boolean }> {
  const pieces: Buffer[] = []
  let batches = 0
  let broken = false
  try {
    for await (const batch of openRange({ ...binding, ...options, source, range })) {
      pieces.push(...batch)
      batches += 1
    }
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    broken = true
  }
  return { released: Buffer.concat(pieces), batches, broken }
}

function flipped(message: Buffer, at: number): Buffer {
  const damaged = Buffer.from(message)
  damaged[at] = (damaged[at] ?? 0) ^ 1
  return damaged
}

for (const suite of SUITE_NAMES) {
  describe(`a range of a message, ${suite}`, () => {
    const inputKey = createSecretKey(randomBytes(SUITES[suite].keyBytes))
    const binding = { suite, inputKey, context: Buffer.from("context") }

    const plaintext = randomBytes(4 * SEGMENT_BYTES)
    const message = sealMessage({ ...binding, plaintext })
    const whole = { first: 0, last: plaintext.length - 1 }

    test("is the slice of the plaintext, whatever the size of a batch", async () => {
      const offset = fc.nat({ max: plaintext.length - 1 })
      await fc.assert(
        fc.asyncProperty(offset, offset, fc.integer({ min: 1, max: 6 }), async (a, b, batch) => {
          const range = { first: Math.min(a, b), last: Math.max(a, b) }
          const { released, broken } = await read(binding, sourceOf(message), range, {
            batchSegments: batch,
          })
          assert.ok(!broken)
          assert.ok(released.equals(plaintext.subarray(range.first, range.last + 1)))
        }),
      )
    })

    test("reads only the segments of the range", async () => {
      const source = sourceOf(message)
      const range = { first: SEGMENT_BYTES + 5, last: 3 * SEGMENT_BYTES - 1 }
      assert.equal((await read(binding, source, range)).released.length, 2 * SEGMENT_BYTES - 5)
      assert.deepEqual(source.reads, [
        [0, MESSAGE_HEADER_BYTES],
        [segmentStart(1), 2 * SEALED_SEGMENT_BYTES],
      ])
    })

    test("comes in one piece per batch, and the end marker in none", async () => {
      assert.equal((await read(binding, sourceOf(message), whole, { batchSegments: 2 })).batches, 2)
      assert.equal((await read(binding, sourceOf(message), whole)).batches, 1)
    })

    test("that reaches the end needs the end marker, and another one does not", async () => {
      const damaged = flipped(message, message.length - 1)
      assert.ok((await read(binding, sourceOf(damaged), whole)).broken)
      const last = { first: plaintext.length - 1, last: plaintext.length - 1 }
      assert.ok((await read(binding, sourceOf(damaged), last)).broken)
      const before = { first: 0, last: plaintext.length - 2 }
      assert.ok(
        (await read(binding, sourceOf(damaged), before)).released.equals(plaintext.subarray(0, -1)),
      )
    })

    test("stops before the batch of a damaged segment", async () => {
      for (const segment of [0, 1, 2, 3]) {
        const source = sourceOf(flipped(message, segmentStart(segment) + 100))
        const { released, broken } = await read(binding, source, whole, { batchSegments: 2 })
        assert.ok(broken)
        const releasedBytes = segment < 2 ? 0 : 2 * SEGMENT_BYTES
        assert.ok(released.equals(plaintext.subarray(0, releasedBytes)))
      }
    })

    test("is refused before anything is read when the message does not have the expected size", async () => {
      for (const plaintextSizeBytes of [plaintext.length - 1, plaintext.length + 1]) {
        const source = sourceOf(message)
        assert.ok(
          (await read(binding, source, { first: 0, last: 0 }, { plaintextSizeBytes })).broken,
        )
        assert.deepEqual(source.reads, [])
      }
      const { length: plaintextSizeBytes } = plaintext
      assert.ok(!(await read(binding, sourceOf(message), whole, { plaintextSizeBytes })).broken)
    })

    test("outside the plaintext is a bug of the caller", async () => {
      const { length } = plaintext
      for (const [first, last] of [
        [-1, 0],
        [1, 0],
        [0, length],
      ] as const) {
        await assert.rejects(read(binding, sourceOf(message), { first, last }), AssertionError)
      }
    })

    test("is refused before anything is read when no message has the source's size", async () => {
      for (const sizeBytes of [0, 55, 71, segmentStart(1), segmentStart(2) + 15]) {
        const source = { ...sourceOf(message), sizeBytes }
        assert.ok((await read(binding, source, { first: 0, last: 0 })).broken)
        assert.deepEqual(source.reads, [])
      }
    })

    test("is refused when the source returns fewer bytes than were asked for", async () => {
      for (const bytesMax of [MESSAGE_HEADER_BYTES - 1, SEALED_SEGMENT_BYTES]) {
        const source: MessageSource = {
          sizeBytes: message.length,
          read: (position, length) =>
            Promise.resolve(message.subarray(position, position + Math.min(length, bytesMax))),
        }
        const { released, broken } = await read(binding, source, whole)
        assert.ok(broken)
        assert.equal(released.length, 0)
      }
    })

    test("is refused when segments of the message were removed, repeated, swapped or added", async () => {
      const head = message.subarray(0, MESSAGE_HEADER_BYTES)
      const segment = (index: number): Buffer =>
        message.subarray(segmentStart(index), segmentStart(index + 1))
      const orders = [
        [0, 1, 3, 4],
        [1, 2, 3, 4],
        [0, 1, 1, 2, 3, 4],
        [0, 0, 2, 3, 4],
        [1, 0, 2, 3, 4],
        [0, 1, 3, 2, 4],
      ]
      for (const order of orders) {
        const damaged = Buffer.concat([head, ...order.map(segment)])
        const range = { first: 0, last: (order.length - 1) * SEGMENT_BYTES - 1 }
        const { released, broken } = await read(binding, sourceOf(damaged), range, {
          batchSegments: 1,
        })
        assert.ok(broken, order.join())
        assert.ok(released.equals(plaintext.subarray(0, released.length)))
      }
    })
  })
}

test("a read ahead that fails after the consumer has stopped disturbs nobody", async () => {
  const inputKey = createSecretKey(randomBytes(32))
  const binding: Binding = { suite: "aes-256-gcm", inputKey, context: Buffer.from("context") }
  const plaintext = randomBytes(3 * SEGMENT_BYTES)
  const whole = sourceOf(sealMessage({ ...binding, plaintext }))
  const source: MessageSource = {
    sizeBytes: whole.sizeBytes,
    read: (position, length) =>
      position < segmentStart(1)
        ? whole.read(position, length)
        : Promise.reject(new Error("the disk broke")),
  }
  const range = { first: 0, last: plaintext.length - 1 }
  // An unhandled rejection fails the test.
  for await (const batch of openRange({ ...binding, source, range, batchSegments: 1 })) {
    assert.deepEqual(Buffer.concat(batch), plaintext.subarray(0, SEGMENT_BYTES))
    break
  }
  await new Promise((resolve) => setImmediate(resolve))
})

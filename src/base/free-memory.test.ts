import assert from "node:assert/strict"
import { test } from "node:test"
import { freedAfterUse, freeMemory } from "./free-memory.ts"

test("freed bytes are empty", () => {
  const bytes = Buffer.alloc(100_000, 1)
  freeMemory(bytes)
  assert.equal(bytes.length, 0)
  assert.equal(bytes.buffer.byteLength, 0)
})

test("bytes that share their memory with others are not freed", () => {
  const whole = Buffer.alloc(100_000, 1)
  for (const part of [whole.subarray(1), whole.subarray(0, -1)]) freeMemory(part)
  assert.ok(whole.equals(Buffer.alloc(100_000, 1)))
  const shared = new Uint8Array(new SharedArrayBuffer(100_000)).fill(1)
  freeMemory(shared)
  assert.equal(shared.at(-1), 1)
})

test("a piece is freed when the next one is requested, and not before", () => {
  const pieces = [1, 2, 3].map((digit) => Buffer.alloc(100_000, digit))
  const seen = []
  for (const piece of freedAfterUse(pieces)) {
    assert.deepEqual(
      pieces.map(({ length }) => length > 0),
      [0, 1, 2].map((index) => index >= seen.length),
    )
    seen.push(piece[0])
  }
  assert.deepEqual(seen, [1, 2, 3])
  assert.ok(pieces.every(({ length }) => length === 0))
})

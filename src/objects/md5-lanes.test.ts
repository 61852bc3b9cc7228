import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { test } from "node:test"
import fc from "fast-check"
import { createMd5Lanes, MD5_SCRATCH_BYTES, type Md5Piece } from "./md5-lanes.ts"
import { newSharedMemory } from "./wasm-assembler.ts"

const PAGE_BYTES = 65_536
const PAGES = 4
const memory = newSharedMemory(PAGES)
const bytes = new Uint8Array(memory.buffer)
const scratch = PAGES * PAGE_BYTES - MD5_SCRATCH_BYTES - (MD5_SCRATCH_BYTES % 16)
const lanes = createMd5Lanes(memory, scratch)

/** Digests all texts side by side; in each round, every text gets its next piece. */
function digestAll(texts: readonly Uint8Array[], pieceBytes: (round: number) => number): string[] {
  const streams = texts.map((text) => ({ text, state: lanes.begin(), done: 0 }))
  for (let round = 0; streams.some(({ text, done }) => done < text.length); round += 1) {
    const pieces: Md5Piece[] = []
    let at = round % 19
    for (const stream of streams) {
      const piece = stream.text.subarray(stream.done, stream.done + pieceBytes(round))
      stream.done += piece.length
      bytes.set(piece, at)
      pieces.push({ state: stream.state, at, byteLength: piece.length })
      at += piece.length
    }
    lanes.update(pieces)
    // What was taken is no longer needed.
    bytes.fill(0xee, 0, at)
  }
  return streams.map(({ state }) => lanes.final(state).toString("hex"))
}

function expectedOf(texts: readonly Uint8Array[]): string[] {
  return texts.map((text) => createHash("md5").update(text).digest("hex"))
}

test("the test suite of RFC 1321, appendix A.5", () => {
  const suite: [text: string, md5: string][] = [
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a", "0cc175b9c0f1b6a831c399e269772661"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
    ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
    [
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "d174ab98d277d9f5a5611c2c9f419d9f",
    ],
    ["1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"],
  ]
  const texts = suite.map(([text]) => Buffer.from(text))
  assert.deepEqual(
    digestAll(texts, () => 1000),
    suite.map(([, md5]) => md5),
  )
})

test("any number of texts of any length, in pieces of any size, have the MD5 of the library", () => {
  for (let count = 1; count <= 20; count += 1) {
    const texts = Array.from({ length: count }, (_, index) => randomBytes(index * 37 + count * 11))
    for (const size of [1, 63, 64, 65, 128, 1000]) {
      assert.deepEqual(
        digestAll(texts, () => size),
        expectedOf(texts),
        `${count} texts in pieces of ${size}`,
      )
    }
  }
})

test("random texts in random pieces have the MD5 of the library", () => {
  const text = fc.uint8Array({ maxLength: 700 })
  const size = fc.integer({ min: 1, max: 300 })
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 12 }),
      fc.array(size, { minLength: 1 }),
      (texts, sizes) => {
        const found = digestAll(texts, (round) => sizes[round % sizes.length] ?? 1)
        assert.deepEqual(found, expectedOf(texts))
      },
    ),
  )
})

test("a text of more than 512 MiB has its length in bits in more than 32 bits", () => {
  const state = lanes.begin()
  const hash = createHash("md5")
  const piece = bytes.subarray(0, 3 * PAGE_BYTES)
  for (let sizeBytes = 0; sizeBytes <= 2 ** 29; sizeBytes += piece.length) {
    lanes.update([{ state, at: 0, byteLength: piece.length }])
    hash.update(piece)
  }
  assert.equal(lanes.final(state).toString("hex"), hash.digest("hex"))
})

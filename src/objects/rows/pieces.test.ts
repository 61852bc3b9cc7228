import assert from "node:assert/strict"
import { test } from "node:test"
import { fakeClock } from "../../base/clock.ts"
import { newBlobId } from "../../storage/blob-store.ts"
import { newCommit } from "../../storage/commit.ts"
import { createMemoryMetadataStore } from "../../storage/memory/metadata-store.ts"
import type { MetadataStore } from "../../storage/metadata-store.ts"
import { pageWrites, type PlacedPiece, readPieces } from "./pieces.ts"
import type { Piece } from "./records.ts"

const CONTENT_ID = "0a".repeat(16)
const PIECES = 10_000
const PIECE_BYTES = 102_400

function piecesOf(count: number): Piece[] {
  return Array.from({ length: count }, (_, index) => ({
    blobId: newBlobId(index),
    sizeBytes: PIECE_BYTES,
    isInline: index % 2 === 0,
  }))
}

async function storeOf(pieces: readonly Piece[]): Promise<MetadataStore> {
  const store = createMemoryMetadataStore()
  const writes = pageWrites(CONTENT_ID, 0, pieces)
  await store.commit(newCommit(fakeClock(1), { guards: [], writes }))
  return store
}

async function read(
  store: MetadataStore,
  range: { first: number; last: number },
): Promise<PlacedPiece[]> {
  return await Array.fromAsync(readPieces(store, CONTENT_ID, range))
}

test("a range of 1 KiB in a content of 10,000 pieces reads at most three pages", async () => {
  const store = await storeOf(piecesOf(PIECES))
  let rows = 0
  const counting: MetadataStore = {
    ...store,
    scan: async (scan) => {
      const scanned = await store.scan(scan)
      rows += scanned.length
      return scanned
    },
  }
  for (const index of [0, 127, 128, 5000, PIECES - 1]) {
    for (const first of [index * PIECE_BYTES, (index + 1) * PIECE_BYTES - 1024]) {
      rows = 0
      const found = await read(counting, { first, last: first + 1023 })
      assert.deepEqual(
        found.map(({ offset }) => offset),
        [index * PIECE_BYTES],
      )
      assert.ok(rows <= 3, `${rows} rows`)
    }
  }
})

test("a range yields every piece that it touches, in order, and no other", async () => {
  const pieces = piecesOf(300)
  const store = await storeOf(pieces)
  const size = pieces.length * PIECE_BYTES
  const ranges = [
    { first: 0, last: size - 1 },
    { first: PIECE_BYTES - 1, last: PIECE_BYTES },
    { first: 127 * PIECE_BYTES, last: 256 * PIECE_BYTES },
    { first: size - 1, last: size - 1 },
  ]
  for (const range of ranges) {
    const expected = pieces
      .map((piece, index): PlacedPiece => ({ ...piece, offset: index * PIECE_BYTES }))
      .filter(({ offset }) => offset <= range.last && offset + PIECE_BYTES > range.first)
    assert.deepEqual(await read(store, range), expected)
  }
})

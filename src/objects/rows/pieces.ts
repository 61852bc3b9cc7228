import type { ByteRange } from "../../base/byte-range.ts"
import { asBuffer } from "../../base/bytes.ts"
import type { BlobId } from "../../storage/blob-store.ts"
import type { MetadataStore, Row, Write } from "../../storage/metadata-store.ts"
import { prefixBounds } from "../../storage/row-keys.ts"
import { keyAfter, scanAll } from "../../storage/scan-all.ts"
import { contentCodec } from "./codecs.ts"
import { contentRow, manifestOffsetOfRow, manifestRow, manifestRowsPrefix } from "./keyspace.ts"
import type { ContentRecord, Piece } from "./records.ts"

// A page lists consecutive pieces, and its row key has the offset of the first: a range reads only the pages that it
// touches, and an append adds a page. An entry has 23 bytes: blob id (16), the end of the piece counted from the start
// of the page (6), 1 when the bytes are in the blob's record. Changing these breaks stored data.
const ENTRY_BYTES = 23
const PIECES_PER_PAGE = 128
const PAGES_PER_SCAN = 8

/** A piece and its offset in the content. */
export interface PlacedPiece extends Piece {
  readonly offset: number
}

/** The write that records the owner of a new content. */
export function contentWrite(contentId: string, owner: ContentRecord): Write {
  return { key: contentRow(contentId), value: contentCodec.encode(owner), expect: "absent" }
}

/** The pages of a content's pieces, from `offset` on. */
export function pageWrites(contentId: string, offset: number, pieces: readonly Piece[]): Write[] {
  const writes: Write[] = []
  let pageOffset = offset
  for (let first = 0; first < pieces.length; first += PIECES_PER_PAGE) {
    const page = pieces.slice(first, first + PIECES_PER_PAGE)
    const { value, sizeBytes } = encodePage(page)
    writes.push({ key: manifestRow(contentId, pageOffset), value, expect: "absent" })
    pageOffset += sizeBytes
  }
  return writes
}

function encodePage(pieces: readonly Piece[]): { value: Buffer; sizeBytes: number } {
  const value = Buffer.alloc(pieces.length * ENTRY_BYTES)
  let end = 0
  pieces.forEach(({ blobId, sizeBytes, isInline }, index) => {
    const at = index * ENTRY_BYTES
    end += sizeBytes
    value.write(blobId, at, "hex")
    value.writeUIntBE(end, at + 16, 6)
    value[at + 22] = isInline ? 1 : 0
  })
  return { value, sizeBytes: end }
}

/** The pieces listed by one page. */
export function piecesOfPage({ key, value }: Pick<Row, "key" | "value">): PlacedPiece[] {
  const page = asBuffer(value)
  const count = page.length / ENTRY_BYTES
  return Array.from({ length: count }, (_, index) => pieceAt(page, manifestOffsetOfRow(key), index))
}

/** The piece of a page with one entry, as appends write them; undefined for any other page. */
export function onlyPieceOf({ key, value }: Pick<Row, "key" | "value">): PlacedPiece | undefined {
  return value.length === ENTRY_BYTES
    ? pieceAt(asBuffer(value), manifestOffsetOfRow(key), 0)
    : undefined
}

function pieceAt(page: Buffer, pageOffset: number, index: number): PlacedPiece {
  const at = index * ENTRY_BYTES
  const start = index === 0 ? 0 : endAt(page, index - 1)
  return {
    blobId: page.toString("hex", at, at + 16) as BlobId,
    offset: pageOffset + start,
    sizeBytes: endAt(page, index) - start,
    isInline: page[at + 22] === 1,
  }
}

function endAt(page: Buffer, index: number): number {
  return page.readUIntBE(index * ENTRY_BYTES + 16, 6)
}

/** The first entry that ends after `position`, counted from the start of the page. */
function findEntry(page: Buffer, position: number): number {
  let low = 0
  let high = page.length / ENTRY_BYTES
  while (low < high) {
    const middle = (low + high) >>> 1
    if (endAt(page, middle) > position) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The pieces that `range` touches, in order. Reads only their pages. Ends early when pages are missing; the caller
 * detects that bytes are missing.
 */
export async function* readPieces(
  metadata: MetadataStore,
  contentId: string,
  range: ByteRange,
): AsyncGenerator<PlacedPiece, void, undefined> {
  const bounds = prefixBounds(manifestRowsPrefix(contentId))
  const to = manifestRow(contentId, range.first + 1)
  let rows = await metadata.scan({ from: bounds.from, to, limit: 1, reverse: true })
  for (;;) {
    let last: Row | undefined
    for (const row of rows) {
      if (row.kind !== "row") return
      last = row
      yield* piecesInRange(row, range)
    }
    if (last === undefined) return
    const rest = { from: keyAfter(last.key), to: manifestRow(contentId, range.last + 1) }
    rows = await metadata.scan({ ...rest, limit: PAGES_PER_SCAN })
  }
}

function* piecesInRange({ key, value }: Row, range: ByteRange): Generator<PlacedPiece> {
  const page = asBuffer(value)
  const pageOffset = manifestOffsetOfRow(key)
  const count = page.length / ENTRY_BYTES
  const first = findEntry(page, Math.max(range.first - pageOffset, 0))
  for (let index = first; index < count; index += 1) {
    const piece = pieceAt(page, pageOffset, index)
    if (piece.offset > range.last) return
    yield piece
  }
}

/** Every page of a content. A page that does not open throws SealBroken. */
export function readPages(metadata: MetadataStore, contentId: string): AsyncGenerator<Row> {
  return scanAll(metadata, prefixBounds(manifestRowsPrefix(contentId)))
}

import assert from "node:assert/strict"
import { test } from "node:test"
import { utf8 } from "../base/bytes.ts"
import { recordCodec, type RecordReader, UnknownRecordVersion } from "./record-codec.ts"

interface Shelf {
  readonly title: string
  readonly bookCount: number
  readonly room?: string
}

/** Version 1 had no number of books. */
const firstReader: RecordReader<Shelf> = ({ title }) => ({ title: title as string, bookCount: 0 })

const reader: RecordReader<Shelf> = ({ title, books, room }) => ({
  title: title as string,
  bookCount: Number(books),
  ...(room === undefined ? {} : { room: room as string }),
})

const write = ({ title, bookCount, room }: Shelf): { title: string; books: number } => ({
  title,
  books: bookCount,
  ...(room === undefined ? {} : { room }),
})

const first = recordCodec<Shelf>({
  name: "shelf",
  write: ({ title }) => ({ title }),
  readers: { 1: firstReader },
})
const newest = recordCodec<Shelf>({ name: "shelf", write, readers: { 1: firstReader, 2: reader } })

test("a record is JSON with the newest version, and decodes to the same record", () => {
  const shelf = { title: "Atlas – 地图", bookCount: 3, room: "north" }
  assert.equal(newest.version, 2)
  const stored = newest.encode(shelf)
  assert.equal(stored.toString(), '{"v":2,"title":"Atlas – 地图","books":3,"room":"north"}')
  assert.deepEqual(newest.decode(stored), shelf)
})

test("a field without a value is not stored", () => {
  const stored = newest.encode({ title: "a", bookCount: 0 })
  assert.equal(stored.toString(), '{"v":2,"title":"a","books":0}')
  assert.equal("room" in newest.decode(stored), false)
})

test("a record of an older version is read, and written again as the newest", () => {
  const stored = first.encode({ title: "a", bookCount: 9 })
  assert.equal(stored.toString(), '{"v":1,"title":"a"}')
  const shelf = newest.decode(stored)
  assert.deepEqual(shelf, { title: "a", bookCount: 0 })
  const again = newest.encode({ ...shelf, bookCount: 4 })
  assert.equal(again.toString(), '{"v":2,"title":"a","books":4}')
})

test("an unknown version is refused, whether newer, nonsensical or missing", () => {
  const stored = newest.encode({ title: "a", bookCount: 0 })
  assert.throws(() => first.decode(stored), {
    name: UnknownRecordVersion.name,
    message: "a shelf record of version 2",
  })
  for (const text of ['{"v":"2"}', '{"v":0}', '{"v":1.5}', '{"v":null}', '{"title":"a"}']) {
    assert.throws(() => newest.decode(utf8(text)), UnknownRecordVersion, text)
  }
})

test("a value is read from any offset of its memory", () => {
  const stored = newest.encode({ title: "a", bookCount: 1 })
  const memory = Buffer.concat([utf8("before"), stored, utf8("behind")])
  const view = new Uint8Array(memory.buffer, memory.byteOffset + 6, stored.length)
  assert.deepEqual(newest.decode(view), { title: "a", bookCount: 1 })
})

import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { ByteRange } from "../base/byte-range.ts"
import { OssError } from "./errors.ts"
import { readRange } from "./range-header.ts"
import { parseRequest } from "./request.ts"

const SIZE_BYTES = 100

function read(
  range: string,
  { standard = false, sizeBytes = SIZE_BYTES }: { standard?: boolean; sizeBytes?: number } = {},
): ByteRange | undefined {
  const behavior = standard ? ["x-oss-range-behavior", "standard"] : []
  const rawHeaders = ["Host", "127.0.0.1", "Range", range, ...behavior]
  return readRange(parseRequest({ method: "GET", target: "/bucket/a", rawHeaders }, []), sizeBytes)
}

describe("a range", () => {
  for (const [text, first, last] of [
    ["bytes=0-99", 0, 99],
    ["bytes=0-0", 0, 0],
    ["bytes=99-99", 99, 99],
    ["bytes=10-", 10, 99],
    ["bytes=-1", 99, 99],
    ["bytes=-30", 70, 99],
    ["bytes=-100", 0, 99],
    ["bytes=-1000", 0, 99],
  ] as const) {
    test(`within the object is read, standard or not: ${text}`, () => {
      assert.deepEqual(read(text), { first, last })
      assert.deepEqual(read(text, { standard: true }), { first, last })
    })
  }

  test("that reaches past the end yields the whole object, and is cut to the object's end only in standard mode", () => {
    assert.equal(read("bytes=90-100"), undefined)
    assert.deepEqual(read("bytes=90-100", { standard: true }), { first: 90, last: 99 })
  })

  for (const text of ["bytes=100-", "bytes=100-200"]) {
    test(`outside the object yields the whole object, and is refused only in standard mode: ${text}`, () => {
      assert.equal(read(text), undefined)
      assert.throws(
        () => read(text, { standard: true }),
        (error) => error instanceof OssError && error.code === "InvalidRange",
      )
    })
  }

  test("of the last zero bytes is always refused", () => {
    for (const options of [{}, { standard: true }, { sizeBytes: 0 }]) {
      assert.throws(() => read("bytes=-0", options), { code: "InvalidRange" })
    }
  })

  test("of an empty object is always outside", () => {
    assert.equal(read("bytes=0-", { sizeBytes: 0 }), undefined)
    assert.throws(() => read("bytes=0-0", { sizeBytes: 0, standard: true }), OssError)
  })

  for (const text of ["bytes=-", "bytes=5-4", "bytes=0-1,3-4", "bytes=a-b", "items=0-1", "0-1"]) {
    test(`that is malformed is ignored, standard or not: ${text}`, () => {
      assert.equal(read(text), undefined)
      assert.equal(read(text, { standard: true }), undefined)
    })
  }
})

import assert from "node:assert/strict"
import { test } from "node:test"
import { OssError } from "./errors.ts"
import { readName, readPageSize } from "./list-parameters.ts"
import { parseRequest, type OssRequest } from "./request.ts"

function parse(query: string): OssRequest {
  const rawHeaders = ["Host", "127.0.0.1"]
  return parseRequest({ method: "GET", target: `/bucket?${query}`, rawHeaders }, [])
}

const isInvalid = (error: unknown): boolean =>
  error instanceof OssError && error.code === "InvalidArgument"

test("a page has from 1 to the maximum number of rows, and the default number when none is given", () => {
  const read = (query: string): number =>
    readPageSize(parse(query), "max-keys", { fallback: 100, max: 1000 })
  assert.equal(read(""), 100)
  assert.equal(read("max-keys"), 100)
  assert.equal(read("max-keys=1"), 1)
  assert.equal(read("max-keys=1000"), 1000)
  for (const value of ["0", "1001", "-1", "1.5", "ten", "1e2", "%20"]) {
    assert.throws(() => read(`max-keys=${value}`), isInvalid, value)
  }
})

test("a prefix or marker has up to 1023 bytes without a NUL", () => {
  assert.equal(readName(parse(""), "prefix"), "")
  assert.equal(readName(parse(`prefix=${"a".repeat(1023)}`), "prefix").length, 1023)
  for (const value of ["a".repeat(1024), "%C3%A9".repeat(512), "a%00"]) {
    assert.throws(() => readName(parse(`prefix=${value}`), "prefix"), isInvalid)
  }
})

import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { OssError, type OssErrorCode } from "./errors.ts"
import { parseRequest, type OssRequest } from "./request.ts"

function parse(url: string, rawHeaders: readonly string[] = []): OssRequest {
  const head = { method: "GET", target: url, rawHeaders: ["Host", "127.0.0.1", ...rawHeaders] }
  return parseRequest(head, [])
}

function assertRefused(code: OssErrorCode, url: string, rawHeaders: readonly string[] = []): void {
  assert.throws(
    () => parse(url, rawHeaders),
    (error) => error instanceof OssError && error.code === code,
  )
}

describe("the query", () => {
  test("is decoded in order, and a name without a value has an empty one", () => {
    const { query, parameter } = parse("/?acl&prefix=a%2Fb&marker=&x=1+2&%2By=%3D=")
    assert.deepEqual(
      query.map(({ name, value }) => [name, value]),
      [
        ["acl", ""],
        ["prefix", "a/b"],
        ["marker", ""],
        ["x", "1 2"],
        ["+y", "=="],
      ],
    )
    assert.equal(parameter("prefix"), "a/b")
    assert.equal(parameter("acl"), "")
    assert.equal(parameter("absent"), undefined)
  })

  test("may contain names that every JavaScript object has", () => {
    const { parameter } = parse("/?__proto__=a")
    assert.equal(parameter("__proto__"), "a")
    assert.equal(parameter("constructor"), undefined)
  })

  for (const query of ["acl&acl=", "versionId=a&versionId=b", "uploadId=u&uploadId=u", "a&%61"]) {
    test(`is refused when a parameter is given twice: ${query}`, () => {
      assertRefused("InvalidArgument", `/bucket/a?${query}`)
    })
  }

  for (const query of ["a=%zz", "a=%", "a=%2", "%zz", "a=%ff", "a=%c3%28", "a=%ed%a0%80"]) {
    test(`is refused when it is not percent-encoded UTF-8: ${query}`, () => {
      assertRefused("InvalidArgument", `/bucket/a?${query}`)
    })
  }
})

describe("the target", () => {
  for (const path of [
    "/bucket/%zz",
    "/bucket/%",
    "/bucket/%ff",
    "/bucket/%c0%af",
    "/bucket/%ed%a0%80",
  ]) {
    test(`${path} is not an object name`, () => assertRefused("InvalidArgument", path))
  }

  const targets = ["http://other/bucket/a", "*", "", "bucket/a", "/a b", "/caf\u00e9", "/a\tb"]
  for (const target of targets) {
    test(`${JSON.stringify(target)} is refused`, () => assertRefused("BadRequest", target))
  }

  test("is never rewritten: dots, slashes and fragments are part of the name", () => {
    const keyOf = (path: string): string => parse(`/bucket/${path}`).readings[0].objectKey
    assert.equal(keyOf("a/../b"), "a/../b")
    assert.equal(keyOf("%2e%2e/b"), "../b")
    assert.equal(keyOf(".//b\\c"), ".//b\\c")
    assert.equal(keyOf("a#b"), "a#b")
    assert.equal(keyOf("a;b=c"), "a;b=c")
  })

  test("yields every name that a client can encode", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 })
    fc.assert(
      fc.property(text, text, (objectKey, value) => {
        const target = `/bucket/${encodeURIComponent(objectKey)}?prefix=${encodeURIComponent(value)}`
        const request = parse(target)
        assert.deepEqual(request.readings, [{ bucketName: "bucket", objectKey }])
        assert.equal(request.parameter("prefix"), value)
      }),
    )
  })
})

describe("the headers", () => {
  test("have lower-case names and trimmed values, byte for byte", () => {
    const { headers, hostId } = parse("/", ["X-OSS-Meta-A", " caf\u00e9 ", "__proto__", "x"])
    assert.equal(headers.get("x-oss-meta-a"), "caf\u00e9")
    assert.equal(headers.get("__proto__"), "x")
    assert.equal(hostId, "127.0.0.1")
  })

  test("keep a last byte that JavaScript considers a space and UTF-8 part of a character", () => {
    const value = Buffer.from("\u4e60").toString("latin1")
    assert.equal(parse("/", ["x-oss-meta-a", `\t${value} \t`]).headers.get("x-oss-meta-a"), value)
    assert.equal(parse("/", ["x-oss-meta-a", " \t "]).headers.get("x-oss-meta-a"), "")
  })

  const SINGLE = [
    "Host",
    "Authorization",
    "Date",
    "Content-MD5",
    "Content-Type",
    "Content-Length",
    "Range",
    "x-oss-date",
    "x-oss-acl",
    "x-oss-meta-a",
    "x-oss-server-side-encryption",
    "X-Unheard-Of",
  ]
  for (const name of SINGLE) {
    test(`are refused when ${name} is given twice, in any case`, () => {
      assertRefused("InvalidArgument", "/", [name, "a", name.toUpperCase(), "a"])
    })
  }

  test("are joined when they may be given twice", () => {
    const { headers } = parse("/", ["Accept-Encoding", "gzip", "accept-encoding", "br"])
    assert.equal(headers.get("accept-encoding"), "gzip, br")
    for (const name of ["tracestate", "Forwarded", "Cache-Control", "X-Forwarded-Proto"]) {
      const joined = parse("/", [name, "a", name.toUpperCase(), "b"]).headers
      assert.equal(joined.get(name.toLowerCase()), "a, b")
    }
  })
})

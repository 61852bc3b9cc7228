import assert from "node:assert/strict"
import { test } from "node:test"
import { checkContentMd5 } from "./content-md5.ts"
import { OssError, type OssErrorCode } from "./errors.ts"
import { readIncoming, UPLOAD_BYTES_MAX } from "./incoming.ts"
import { parseRequest, type OssRequest } from "./request.ts"

const MD5 = "rL0Y20zC+Fzt72VPzMSk2A=="

async function* noBody(): AsyncGenerator<Buffer> {
  // Nothing is read here.
}

function withHeaders(headers: Readonly<Record<string, string>>): OssRequest {
  const rawHeaders = ["Host", "127.0.0.1", ...Object.entries(headers).flat()]
  return parseRequest({ method: "PUT", target: "/bucket/a", rawHeaders }, [])
}

function read(
  headers: Readonly<Record<string, string>>,
  declaredBytes?: number,
): ReturnType<typeof readIncoming> {
  return readIncoming({ request: withHeaders(headers), body: { declaredBytes, chunks: noBody() } })
}

function isCode(code: OssErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof OssError && error.code === code
}

test("what a client claims about its body goes with the body", () => {
  const { md5, crc64, bytesMax } = read(
    { "Content-MD5": MD5, "x-oss-hash-crc64ecma": "18446744073709551615" },
    3,
  )
  assert.equal(md5?.toString("base64"), MD5)
  assert.equal(crc64, 2n ** 64n - 1n)
  assert.equal(bytesMax, UPLOAD_BYTES_MAX)
  const unclaimed = read({}, 3)
  assert.deepEqual([unclaimed.md5, unclaimed.crc64], [undefined, undefined])
})

test("a malformed claim is refused", () => {
  for (const value of ["", "abc", "rL0Y20zC+Fzt72VPzMSk2A", `${MD5}=`]) {
    assert.throws(() => read({ "Content-MD5": value }, 3), isCode("InvalidDigest"), value)
  }
  for (const value of ["", "-1", "0x10", "1".repeat(21)]) {
    const headers = { "x-oss-hash-crc64ecma": value }
    assert.throws(() => read(headers, 3), isCode("InvalidArgument"), value)
  }
})

test("a body has a declared length or comes in chunks, and is at most 5 GiB", () => {
  assert.throws(() => read({}), isCode("MissingContentLength"))
  read({ "Transfer-Encoding": "chunked" })
  read({}, UPLOAD_BYTES_MAX)
  assert.throws(() => read({}, UPLOAD_BYTES_MAX + 1), isCode("EntityTooLarge"))
})

test("a body whose MD5 differs from the claim is refused", () => {
  checkContentMd5(withHeaders({ "Content-MD5": MD5 }), Buffer.from("foo"))
  checkContentMd5(withHeaders({}), Buffer.from("fop"))
  const claimed = withHeaders({ "Content-MD5": MD5 })
  assert.throws(() => checkContentMd5(claimed, Buffer.from("fop")), isCode("InvalidDigest"))
})

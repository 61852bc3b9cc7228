import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { readAttributes, readForbidOverwrite } from "./attributes.ts"
import { OssError, type OssErrorCode } from "./errors.ts"
import { parseRequest, type OssRequest } from "./request.ts"

const STANDARD = { storageClass: "Standard" }

function withHeaders(headers: Readonly<Record<string, string>>): OssRequest {
  const rawHeaders = ["Host", "127.0.0.1", ...Object.entries(headers).flat()]
  return parseRequest({ method: "PUT", target: "/bucket/a", rawHeaders }, [])
}

function assertRefused(code: OssErrorCode, headers: Readonly<Record<string, string>>): void {
  const request = withHeaders(headers)
  assert.throws(
    () => [readAttributes(request, STANDARD), readForbidOverwrite(request)],
    (error) => error instanceof OssError && error.code === code,
  )
}

describe("the attributes of an object", () => {
  test("are its content headers and metadata, and no other header", () => {
    const { headers, acl, storageClass } = readAttributes(
      withHeaders({
        "Content-Type": "text/plain",
        "Cache-Control": "no-cache",
        "x-oss-meta-Colour": "red",
        "x-oss-object-acl": "private",
        "x-oss-storage-class": "IA",
        "User-Agent": "test",
      }),
      STANDARD,
    )
    assert.deepEqual(headers, {
      "content-type": "text/plain",
      "cache-control": "no-cache",
      "x-oss-meta-colour": "red",
    })
    assert.deepEqual([acl, storageClass], ["private", "IA"])
  })

  test("have defaults", () => {
    assert.deepEqual(readAttributes(withHeaders({}), STANDARD), {
      headers: { "content-type": "application/octet-stream" },
      acl: "default",
      storageClass: "Standard",
    })
  })

  test("have at most 8 KiB of metadata, names included", () => {
    const name = "x-oss-meta-a"
    readAttributes(withHeaders({ [name]: "x".repeat(8192 - name.length) }), STANDARD)
    assertRefused("InvalidArgument", { [name]: "x".repeat(8193 - name.length) })
  })

  test("are refused when they ask for what is not supported", () => {
    assertRefused("InvalidArgument", { "x-oss-object-acl": "public" })
    assertRefused("InvalidArgument", { "x-oss-storage-class": "Cold" })
  })
})

test("x-oss-forbid-overwrite is true or false in any case, and nothing else", () => {
  const read = (value: string): boolean =>
    readForbidOverwrite(withHeaders({ "x-oss-forbid-overwrite": value }))
  assert.equal(readForbidOverwrite(withHeaders({})), false)
  assert.deepEqual(["true", "TRUE", "false", "False"].map(read), [true, true, false, false])
  for (const value of ["", "1", "yes", "ture"]) {
    assertRefused("InvalidArgument", { "x-oss-forbid-overwrite": value })
  }
})

import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createLog } from "../cli/log.ts"
import { BodyIncomplete, BodyTooLarge } from "../http/body.ts"
import { NameRefused } from "../objects/name-refused.ts"
import { errorAnswer, toOssError } from "./error-answer.ts"
import { OSS_ERRORS, OssError, type OssErrorCode } from "./errors.ts"
import { writeXml } from "../base/xml-write.ts"

const REQUEST = { method: "GET", requestId: "0123456789ABCDEF01234567", hostId: "bucket.a" }

describe("an error response", () => {
  test("has its elements in the service's order", () => {
    const error = new OssError("NoSuchKey", { fields: { Key: "a<b" } })
    const { status, headers, body } = errorAnswer(error, REQUEST)
    assert.equal(status, 404)
    assert.deepEqual(headers, [["x-oss-ec", "0026-00000001"]])
    assert.ok(body?.kind === "xml")
    assert.equal(
      writeXml(body.root).split("\n")[1],
      "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>" +
        "<RequestId>0123456789ABCDEF01234567</RequestId><HostId>bucket.a</HostId>" +
        "<Key>a&lt;b</Key><EC>0026-00000001</EC></Error>",
    )
  })

  test("to HEAD is in a header, where clients look for the code", () => {
    const {
      status,
      headers = [],
      body,
    } = errorAnswer(new OssError("NoSuchKey"), {
      ...REQUEST,
      method: "HEAD",
    })
    assert.equal(status, 404)
    assert.equal(body, undefined)
    const encoded = new Map(headers).get("x-oss-err") ?? ""
    assert.match(Buffer.from(encoded, "base64").toString(), /<Code>NoSuchKey<\/Code>/)
  })

  test("of status 304 has no body", () => {
    for (const method of ["GET", "HEAD"]) {
      const error = new OssError("NotModified", { headers: { ETag: '"a"' } })
      const answer = errorAnswer(error, { ...REQUEST, method })
      assert.deepEqual(answer, { status: 304, headers: [["ETag", '"a"']] })
    }
  })
})

test("every error has a status that fits it, and a message", () => {
  for (const code of Object.keys(OSS_ERRORS) as OssErrorCode[]) {
    const { status, message } = new OssError(code)
    assert.ok(status === 304 || (status >= 400 && status < 600), code)
    assert.notEqual(message, "")
  }
})

describe("a failure is reported", () => {
  const log = createLog("silent")
  const codeOf = (error: unknown): string => toOssError(error, log, "id").code

  test("as the error that it is", () => {
    assert.equal(codeOf(new OssError("NoSuchBucket")), "NoSuchBucket")
    assert.equal(codeOf(new NameRefused("bucket", "A", "no")), "InvalidBucketName")
    assert.equal(codeOf(new NameRefused("object", "/a", "no")), "InvalidObjectName")
    assert.equal(codeOf(new BodyTooLarge()), "EntityTooLarge")
    assert.equal(codeOf(new BodyIncomplete()), "IncompleteBody")
  })

  test("without detail when it is an internal one", () => {
    for (const failure of [new Error("the secret is abc"), "abc", undefined]) {
      const error = toOssError(failure, log, "id")
      assert.equal(error.code, "InternalError")
      assert.doesNotMatch(JSON.stringify(error.fields) + error.message, /abc/)
    }
  })
})

import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  createFindOperation,
  groupByShape,
  shapesOfOperation,
  shapeText,
  targetKind,
  type Found,
} from "./find-operation.ts"
import type { Operation } from "./operation.ts"
import { OPERATIONS } from "./operations/index.ts"
import { parseRequest } from "./request.ts"
import { SUBRESOURCES } from "./subresources.ts"
import { UNIMPLEMENTED } from "./unimplemented.ts"

const operations: readonly Operation[] = Object.values(OPERATIONS)
const findOperation = createFindOperation(operations)

function find(method: string, url: string, rawHeaders: readonly string[] = []): Found {
  const request = parseRequest(
    { method, target: url, rawHeaders: ["Host", "a", ...rawHeaders] },
    [],
  )
  return findOperation(request, request.readings[0])
}

/** The operation's name, or the code of the error that is returned in its place. */
function outcome(method: string, url: string, rawHeaders: readonly string[] = []): string {
  const found = find(method, url, rawHeaders)
  return "refusal" in found ? found.refusal.code : found.name
}

describe("the tables of operations", () => {
  test("list each operation under its own name", () => {
    for (const [name, operation] of Object.entries(OPERATIONS)) assert.equal(operation.name, name)
  })

  test("contain no combination of method, target and sub-resource twice", () => {
    const implemented = operations.flatMap((operation) => {
      const { copySource, listType2 } = operation.match
      const shapes = shapesOfOperation(operation)
      return shapes.map((shape) => `${shapeText(shape)} ${copySource} ${listType2}`)
    })
    assert.equal(new Set(implemented).size, implemented.length)
    const shapes = new Set(groupByShape(operations).keys())
    const unimplemented = UNIMPLEMENTED.map(shapeText)
    assert.equal(new Set(unimplemented).size, unimplemented.length)
    assert.deepEqual(
      unimplemented.filter((shape) => shapes.has(shape)),
      [],
    )
  })

  test("contain no name twice for one target", () => {
    const names = [...operations, ...UNIMPLEMENTED].map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
  })

  test("distinguish two operations of the same shape by a condition that only one of them meets", () => {
    const byShape = groupByShape(operations)
    for (const group of byShape.values()) {
      if (group.length === 1) {
        assert.equal(group[0]?.match.copySource, undefined)
        assert.equal(group[0]?.match.listType2, undefined)
        continue
      }
      assert.equal(group.length, 2)
      const [first, second] = group.map(({ match }) => match.copySource ?? match.listType2)
      assert.equal(first, second !== true)
    }
  })

  test("name only sub-resources that the request parser knows", () => {
    const named = [
      ...operations.map(({ match }) => match.subresource),
      ...UNIMPLEMENTED.map(({ subresource }) => subresource),
    ]
    for (const name of named) assert.ok(name === null || SUBRESOURCES.has(name), String(name))
  })

  test("accept the encryption header on exactly the three operations of the founding document", () => {
    const accepting = operations.filter(({ encryptionHeader }) => encryptionHeader === "accepted")
    assert.deepEqual(
      accepting.map(({ name }) => name),
      ["CopyObject", "InitiateMultipartUpload", "PutObject"],
    )
    const later = [...operations, ...UNIMPLEMENTED].filter(
      ({ encryptionHeader }) => encryptionHeader === "accepted-later",
    )
    assert.deepEqual(
      later.map(({ name }) => name),
      ["AppendObject", "PutBucket", "PostObject"],
    )
  })
})

describe("a request finds", () => {
  const cases: [method: string, url: string, operation: string][] = [
    ["GET", "/", "ListBuckets"],
    ["GET", "/?max-keys=5", "ListBuckets"],
    ["PUT", "/bucket", "PutBucket"],
    ["PUT", "/bucket/", "PutBucket"],
    ["DELETE", "/bucket", "DeleteBucket"],
    ["GET", "/bucket?bucketInfo", "GetBucketInfo"],
    ["GET", "/bucket?bucketInfo=", "GetBucketInfo"],
    ["GET", "/bucket/?location", "GetBucketLocation"],
    ["GET", "/bucket/?stat", "GetBucketStat"],
    ["GET", "/bucket/?acl", "GetBucketAcl"],
    ["PUT", "/bucket/?acl=", "PutBucketAcl"],
    ["PUT", "/bucket/?encryption", "PutBucketEncryption"],
    ["GET", "/bucket/?encryption=", "GetBucketEncryption"],
    ["DELETE", "/bucket/?encryption", "DeleteBucketEncryption"],
    ["GET", "/bucket", "ListObjects"],
    ["GET", "/bucket?prefix=a&delimiter=/&marker=&max-keys=1&encoding-type=url", "ListObjects"],
    ["GET", "/bucket?list-type=1", "ListObjects"],
    ["GET", "/bucket?list-type=2", "ListObjectsV2"],
    ["GET", "/bucket?list-type=2&continuation-token=&start-after=&fetch-owner=", "ListObjectsV2"],
    ["POST", "/bucket?delete", "DeleteMultipleObjects"],
    ["POST", "/bucket?delete=&encoding-type=url", "DeleteMultipleObjects"],
    ["GET", "/bucket?uploads", "ListMultipartUploads"],
    ["PUT", "/bucket/a", "PutObject"],
    ["PUT", "/bucket/a?foo=bar", "PutObject"],
    ["GET", "/bucket/a", "GetObject"],
    ["GET", "/bucket/a?response-content-type=text/plain", "GetObject"],
    ["HEAD", "/bucket/a", "HeadObject"],
    ["HEAD", "/bucket/a?objectMeta", "GetObjectMeta"],
    ["GET", "/bucket/a?objectMeta", "GetObjectMeta"],
    ["DELETE", "/bucket/a", "DeleteObject"],
    ["GET", "/bucket/a?acl", "GetObjectAcl"],
    ["PUT", "/bucket/a?acl", "PutObjectAcl"],
    ["POST", "/bucket/a?uploads", "InitiateMultipartUpload"],
    ["POST", "/bucket/a?uploads=", "InitiateMultipartUpload"],
    ["PUT", "/bucket/a?partNumber=1&uploadId=u", "UploadPart"],
    ["POST", "/bucket/a?uploadId=u", "CompleteMultipartUpload"],
    ["DELETE", "/bucket/a?uploadId=u", "AbortMultipartUpload"],
    ["GET", "/bucket/a?uploadId=u&max-parts=1", "ListParts"],
  ]
  for (const [method, url, operation] of cases) {
    test(`${operation} for ${method} ${url}`, () => assert.equal(outcome(method, url), operation))
  }

  test("CopyObject and UploadPartCopy by the header x-oss-copy-source", () => {
    const copying = ["X-Oss-Copy-Source", "/bucket/b"]
    assert.equal(outcome("PUT", "/bucket/a", copying), "CopyObject")
    assert.equal(outcome("PUT", "/bucket/a?partNumber=1&uploadId=u", copying), "UploadPartCopy")
  })
})

describe("a request never falls through to a plain operation", () => {
  for (const subresource of SUBRESOURCES) {
    test(`with ?${subresource}`, () => {
      for (const method of ["GET", "HEAD", "PUT", "POST", "DELETE"]) {
        for (const path of ["/", "/bucket", "/bucket/a"]) {
          const found = find(method, `${path}?${subresource}`)
          if ("refusal" in found) assert.equal(found.refusal.code, "NotImplemented")
          else assert.equal(found.match.subresource, subresource)
        }
      }
    })
  }

  test("with two sub-resources", () => {
    assert.equal(outcome("GET", "/bucket?acl&encryption"), "NotImplemented")
    assert.equal(outcome("PUT", "/bucket?acl&brandNew=1"), "PutBucketAcl")
    assert.equal(outcome("DELETE", "/bucket/a?uploadId=u&acl"), "NotImplemented")
  })

  test("with a part number and no upload", () => {
    assert.equal(outcome("PUT", "/bucket/a?partNumber=1"), "NotImplemented")
    assert.equal(outcome("GET", "/bucket/a?partNumber=1"), "NotImplemented")
  })

  test("with a sub-resource in a different case", () => {
    assert.equal(outcome("PUT", "/bucket?ACL"), "NotImplemented")
    assert.equal(outcome("DELETE", "/bucket?Lifecycle="), "NotImplemented")
  })

  test("with a version, where none can be named", () => {
    assert.equal(outcome("PUT", "/bucket/a?versionId=null"), "NotImplemented")
    assert.equal(outcome("POST", "/bucket/a?append&position=0&versionId=1"), "NotImplemented")
    assert.equal(outcome("POST", "/bucket/a?uploads&versionId=1"), "InitiateMultipartUpload")
    assert.equal(outcome("GET", "/bucket?versionId=null"), "NotImplemented")
  })
})

test("the error names an operation that the service has and osseal does not", () => {
  const found = find("PUT", "/bucket?lifecycle")
  assert.ok("refusal" in found)
  assert.match(found.refusal.message, /PutBucketLifecycle/)
})

test("a method without an operation is not allowed", () => {
  assert.equal(outcome("PATCH", "/bucket/a"), "MethodNotAllowed")
  assert.equal(outcome("HEAD", "/"), "MethodNotAllowed")
  assert.equal(outcome("DELETE", "/"), "MethodNotAllowed")
  assert.equal(outcome("POST", "/bucket/a"), "MethodNotAllowed")
})

test("an object without a bucket is not taken as the service", () => {
  assert.equal(targetKind({ bucketName: "", objectKey: "a" }), "object")
  assert.equal(outcome("GET", "//a"), "GetObject")
})

test("an unknown parameter is ignored, with a value or without", () => {
  assert.equal(outcome("PUT", "/bucket?brandNew"), "PutBucket")
  assert.equal(outcome("DELETE", "/bucket?brandNew="), "DeleteBucket")
  assert.equal(outcome("GET", "/bucket/a?brandNew=1&x-oss-brand-new"), "GetObject")
  for (const name of ["prefix", "marker", "Signature", "response-expires", "x-oss-date"]) {
    assert.equal(outcome("GET", `/bucket/a?${name}`), "GetObject")
  }
})

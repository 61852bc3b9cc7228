import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Reading } from "../address.ts"
import { OPERATIONS } from "../operations/index.ts"
import type { QueryParameter } from "../request.ts"
import { signV1, stringToSignV1, type V1Input } from "./signature-v1.ts"

// Vectors: alibabacloud-oss-go-sdk-v2 (Apache-2.0), oss/signer/v1_test.go, secret "sk"; and the service's page "Include a V1
// signature in the Authorization header".

function query(...names: string[]): QueryParameter[] {
  return names.map((each) => {
    const [name = "", value = ""] = each.split("=")
    return { name, value }
  })
}

const NELSON: Reading = { bucketName: "examplebucket", objectKey: "nelson" }
const BUCKET: Reading = { bucketName: "examplebucket", objectKey: "" }
const DATE = "Wed, 28 Dec 2022 10:27:41 GMT"

const PUT: V1Input = {
  method: "PUT",
  headers: new Map([
    ["content-md5", "eB5eJF1ptWaXm4bijSPyxw=="],
    ["content-type", "text/html"],
    ["x-oss-meta-magic", "abracadabra"],
    ["x-oss-meta-author", "alice"],
    ["x-oss-date", DATE],
    ["user-agent", "not signed"],
  ]),
  query: [],
  reading: NELSON,
  date: DATE,
}
const GET: V1Input = { ...PUT, method: "GET", headers: new Map([["x-oss-date", DATE]]) }

const DOCUMENTED: V1Input = {
  method: "PUT",
  headers: new Map([
    ["content-md5", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM="],
    ["content-type", "text/html"],
    ["x-oss-meta-author", "foo@bar.com"],
    ["x-oss-magic", "abracadabra"],
  ]),
  query: [],
  reading: { bucketName: "oss-example", objectKey: "nelson" },
  date: "Thu, 17 Nov 2005 18:49:58 GMT",
}

const presigned = (date: string, objectKey: string, ...names: string[]): V1Input => ({
  method: "GET",
  headers: new Map(),
  query: query("Expires=1", "OSSAccessKeyId=ak", ...names),
  reading: { bucketName: "bucket", objectKey },
  date,
})

describe("V1 signatures from other sources", () => {
  const vectors: [title: string, input: V1Input, secret: string, signature: string][] = [
    ["PUT with metadata", PUT, "sk", "kSHKmLxlyEAKtZPkJhG9bZb5k7M="],
    ["PUT with ?acl", { ...PUT, query: query("acl") }, "sk", "/afkugFbmWDQ967j1vr6zygBLQk="],
    [
      "GET bucket with ?resourceGroup and unsigned parameters",
      { ...GET, reading: BUCKET, query: query("resourceGroup", "non-resousce=null") },
      "sk",
      "vkQmfuUDyi1uDi3bKt67oemssIs=",
    ],
    [
      "GET bucket with two sub-resources, sorted",
      { ...GET, reading: BUCKET, query: query("resourceGroup", "acl") },
      "sk",
      "x3E5TgOvl/i7PN618s5mEvpJDYk=",
    ],
    [
      "the documented example",
      DOCUMENTED,
      "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV",
      "26NBxoKdsyly4EDv6inkoDft/yA=",
    ],
    [
      "a presigned URL",
      presigned("1699807420", "key", "versionId=versionId"),
      "sk",
      "dcLTea+Yh9ApirQ8o8dOPqtvJXQ=",
    ],
    [
      "a presigned URL with a token and a plus in the name",
      presigned("1699808204", "key+123", "versionId=versionId", "security-token=token"),
      "sk",
      "jzKYRrM5y6Br0dRFPaTGOsbrDhY=",
    ],
  ]
  for (const [title, input, secret, signature] of vectors) {
    test(title, () => assert.equal(signV1(secret, stringToSignV1(input)), signature))
  }
})

test("the signed resource of the service, a bucket or an object is the decoded name", () => {
  const resourceOf = (bucketName: string, objectKey: string): string | undefined =>
    stringToSignV1({ ...presigned("1", ""), reading: { bucketName, objectKey } })
      .toString()
      .split("\n")
      .at(-1)
  assert.equal(resourceOf("", ""), "/")
  assert.equal(resourceOf("bucket", ""), "/bucket/")
  assert.equal(resourceOf("bucket", "a b/%2F\u4e2d"), "/bucket/a b/%2F\u4e2d")
})

test("sub-resources that are not implemented are signed too, so that they are refused by name", () => {
  for (const name of ["cleanRestoredObject", "x-oss-async-process", "callback"]) {
    const text = stringToSignV1({ ...GET, query: query(name) }).toString()
    assert.equal(text.split("\n").at(-1), `/examplebucket/nelson?${name}`)
  }
})

test("header values are signed as the bytes that were received", () => {
  const headers = new Map([["x-oss-meta-a", Buffer.from("\u4e2d").toString("latin1")]])
  const bytes = stringToSignV1({ ...GET, headers })
  assert.ok(bytes.includes(Buffer.from("x-oss-meta-a:\u4e2d\n")))
})

test("every sub-resource that selects one of our operations is signed", () => {
  const names = new Set(Object.values(OPERATIONS).flatMap(({ match }) => match.subresource ?? []))
  for (const name of [...names, "partNumber", "response-content-type", "x-oss-process"]) {
    const unsigned = stringToSignV1({ ...GET, query: [] })
    assert.notDeepEqual(stringToSignV1({ ...GET, query: query(name) }), unsigned, name)
  }
})

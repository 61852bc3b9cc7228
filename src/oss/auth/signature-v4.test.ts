import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import { canonicalRequestV4, signV4, stringToSignV4, type V4Input } from "./signature-v4.ts"

// Vectors: alibabacloud-oss-go-sdk-v2 (Apache-2.0), oss/signer/v4_test.go, secret "sk"; and the service's page "Include a V4
// signature in the Authorization header".

interface Variation {
  readonly seconds: number
  readonly token?: string
  readonly additional?: readonly string[]
  readonly product?: string
  readonly region?: string
  readonly inQuery?: boolean
}

const PARAMETERS = [
  { name: "param1", value: "value1" },
  { name: "+param1", value: "value3" },
  { name: "|param1", value: "value4" },
  { name: "+param2", value: "" },
  { name: "|param2", value: "" },
  { name: "param2", value: "" },
]

function inputOf({
  seconds,
  token,
  additional = [],
  product = "oss",
  region = "cn-hangzhou",
  inQuery = false,
}: Variation): V4Input {
  const timestamp = new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d{3}/g, "")
  const day = timestamp.slice(0, 8)
  const headers = new Map([
    ["x-oss-head1", "value"],
    ["abc", "value"],
    ["zabc", "value"],
    ["xyz", "value"],
    ["content-type", inQuery ? "application/octet-stream" : "text/plain"],
  ])
  const credential = `ak/${day}/${region}/${product}/aliyun_v4_request`
  const signing = [
    ["x-oss-signature-version", "OSS4-HMAC-SHA256"],
    ["x-oss-credential", credential],
    ["x-oss-date", timestamp],
    ["x-oss-expires", "599"],
    ["x-oss-signature", "is not signed"],
    ...(token === undefined ? [] : [["x-oss-security-token", token]]),
    ...(additional.length === 0 ? [] : [["x-oss-additional-headers", additional.join(";")]]),
  ].map(([name = "", value = ""]) => ({ name, value }))
  if (!inQuery) {
    headers.set("x-oss-content-sha256", "UNSIGNED-PAYLOAD").set("x-oss-date", timestamp)
    if (token !== undefined) headers.set("x-oss-security-token", token)
  }
  return {
    method: "PUT",
    reading: { bucketName: "bucket", objectKey: "1234+-/123/1.txt" },
    query: inQuery ? [...PARAMETERS, ...signing] : PARAMETERS,
    headers,
    additionalHeaders: additional,
    timestamp,
    scope: { day, region, product },
  }
}

function signatureOf(input: V4Input): string {
  return signV4("sk", input.scope, stringToSignV4(input, canonicalRequestV4(input)))
}

describe("V4 signatures from other sources", () => {
  const vectors: [title: string, variation: Variation, signature: string][] = [
    [
      "in the header",
      { seconds: 1702743657 },
      "e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe",
    ],
    [
      "in the header, for another product",
      { seconds: 1702743657, product: "oss-cloudbox", region: "cb-123" },
      "94ce1f12c17d148ea681030275a94449d3357f5b5b21133996eec80af3e08a43",
    ],
    [
      "in the header, with a token",
      { seconds: 1702784856, token: "token" },
      "b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea",
    ],
    [
      "in the header, with additional headers",
      { seconds: 1702747512, additional: ["abc", "zabc"] },
      "4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f",
    ],
    [
      "in the query",
      { seconds: 1702781677, inQuery: true },
      "a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe",
    ],
    [
      "in the query, with a token",
      { seconds: 1702785388, inQuery: true, token: "token" },
      "3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5",
    ],
    [
      "in the query, with additional headers",
      { seconds: 1702783809, inQuery: true, additional: ["abc", "zabc"] },
      "6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7",
    ],
  ]
  for (const [title, variation, signature] of vectors) {
    test(title, () => assert.equal(signatureOf(inputOf(variation)), signature))
    test(`${title}, a second time, from the cached key`, () => {
      assert.equal(signatureOf(inputOf(variation)), signature)
    })
  }

  test("the canonical request of the first vector", () => {
    assert.equal(
      canonicalRequestV4(inputOf({ seconds: 1702743657 })),
      "PUT\n/bucket/1234%2B-/123/1.txt\n" +
        "%2Bparam1=value3&%2Bparam2&%7Cparam1=value4&%7Cparam2&param1=value1&param2\n" +
        "content-type:text/plain\nx-oss-content-sha256:UNSIGNED-PAYLOAD\nx-oss-date:20231216T162057Z\n" +
        "x-oss-head1:value\n\n\nUNSIGNED-PAYLOAD",
    )
  })

  test("the documented example", () => {
    const input: V4Input = {
      method: "PUT",
      reading: { bucketName: "examplebucket", objectKey: "exampleobject" },
      query: [],
      headers: new Map([
        ["content-disposition", "attachment"],
        ["content-length", "3"],
        ["content-md5", "ICy5YqxZB1uWSwcVLSNLcA=="],
        ["content-type", "text/plain"],
        ["x-oss-content-sha256", "UNSIGNED-PAYLOAD"],
        ["x-oss-date", "20250411T064124Z"],
      ]),
      additionalHeaders: ["content-disposition", "content-length"],
      timestamp: "20250411T064124Z",
      scope: { day: "20250411", region: "cn-hangzhou", product: "oss" },
    }
    const canonicalRequest = canonicalRequestV4(input)
    assert.equal(
      createHash("sha256").update(canonicalRequest).digest("hex"),
      "c46d96390bdbc2d739ac9363293ae9d710b14e48081fcb22cd8ad54b63136eca",
    )
    assert.equal(
      signV4("yourAccessKeySecret", input.scope, stringToSignV4(input, canonicalRequest)),
      "d3694c2dfc5371ee6acd35e88c4871ac95a7ba01d3a2f476768fe61218590097",
    )
  })
})

test("the service, a bucket and an object are signed as an encoded path with its slashes", () => {
  const pathOf = (bucketName: string, objectKey: string): string | undefined => {
    const input = { ...inputOf({ seconds: 0 }), reading: { bucketName, objectKey } }
    return canonicalRequestV4(input).split("\n")[1]
  }
  assert.equal(pathOf("", ""), "/")
  assert.equal(pathOf("bucket", ""), "/bucket/")
  assert.equal(pathOf("bucket", "a b/c!'()*%\u4e2d"), "/bucket/a%20b/c%21%27%28%29%2A%25%E4%B8%AD")
})

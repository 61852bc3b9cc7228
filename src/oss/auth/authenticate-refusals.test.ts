import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  BASIC,
  CREDENTIAL,
  DATE,
  parse,
  type RawHeaders,
  refusal,
  refusedWith,
  v1,
  v1Url,
  v2,
  v2Url,
  v4,
  v4Url,
} from "../../../test/oss/signed-requests.ts"
import { signV1, stringToSignV1 } from "./signature-v1.ts"

describe("what is not let in", () => {
  const authorized = (value: string): RawHeaders => [
    "Date",
    DATE,
    "x-oss-date",
    BASIC,
    "Authorization",
    value,
  ]
  const v4Value = (credential: string): string =>
    `OSS4-HMAC-SHA256 Credential=${credential},Signature=${"0".repeat(64)}`
  const cases: [title: string, headers: RawHeaders, code: string, ec?: string][] = [
    ["an unknown scheme", authorized("Basic YTpi"), "InvalidArgument", "0002-00000202"],
    [
      "S3's scheme",
      authorized("AWS4-HMAC-SHA256 Credential=ak"),
      "InvalidArgument",
      "0002-00000202",
    ],
    ["V1 without a signature", authorized("OSS ak"), "InvalidArgument", "0002-00000203"],
    ["V1 with an empty signature", authorized("OSS ak:"), "InvalidArgument", "0002-00000203"],
    [
      "V2 without a signature",
      authorized("OSS2 AccessKeyId:ak"),
      "InvalidArgument",
      "0002-00000203",
    ],
    [
      "V4 without a credential",
      authorized("OSS4-HMAC-SHA256 Signature=0"),
      "InvalidArgument",
      "0002-00000205",
    ],
    [
      "V4 without a signature",
      authorized(`OSS4-HMAC-SHA256 Credential=${CREDENTIAL}`),
      "InvalidArgument",
      "0002-00000204",
    ],
    [
      "V4 with a short scope",
      authorized(v4Value("ak/20240102/cn-hangzhou/oss")),
      "InvalidArgument",
      "0002-00000213",
    ],
    [
      "V4 with another suffix",
      authorized(v4Value(CREDENTIAL.replace("aliyun", "aws"))),
      "InvalidArgument",
      "0002-00000213",
    ],
    [
      "V4 for another region",
      authorized(v4Value(CREDENTIAL.replace("hangzhou", "beijing"))),
      "InvalidArgument",
      "0002-00000226",
    ],
    [
      "V4 for another product",
      authorized(v4Value(CREDENTIAL.replace("/oss/", "/kms/"))),
      "InvalidArgument",
      "0002-00000227",
    ],
    [
      "V4 for another day",
      authorized(v4Value(CREDENTIAL.replace("0102", "0103"))),
      "InvalidArgument",
      "0002-00000225",
    ],
    ["V4 without a date", ["Authorization", v4Value(CREDENTIAL)], "AccessDenied", "0002-00000505"],
    ["V1 without a date", ["Authorization", "OSS ak:x"], "AccessDenied"],
    ["V1 with an invalid date", ["Date", "yesterday", "Authorization", "OSS ak:x"], "AccessDenied"],
    [
      "V1 with a wrong signature",
      ["Date", DATE, "Authorization", "OSS ak:AAAA"],
      "SignatureDoesNotMatch",
      "0002-00000040",
    ],
    [
      "V1 with an unknown access key",
      ["Date", DATE, "Authorization", "OSS nobody:AAAA"],
      "InvalidAccessKeyId",
      "0002-00000902",
    ],
    [
      "V4 with an unknown access key",
      authorized(v4Value(CREDENTIAL.replace("ak", "nobody"))),
      "InvalidAccessKeyId",
      "0002-00000902",
    ],
  ]
  for (const [title, headers, code, ec] of cases) {
    test(title, () => assert.deepEqual(refusedWith("/bucket/a", headers), [code, ec]))
  }

  test("a signature made with the placeholder that stands in for an unknown secret", () => {
    const date = DATE
    const request = parse("/bucket/a", ["Date", date])
    const signed = stringToSignV1({ ...request, reading: request.readings[0], date })
    const headers = [
      "Date",
      date,
      "Authorization",
      `OSS nobody:${signV1("no such access key", signed)}`,
    ]
    assert.equal(refusal("/bucket/a", headers).code, "InvalidAccessKeyId")
  })

  test("a prefix of a correct signature, or a correct signature with something appended", () => {
    for (const sign of [v1, v2, v4]) {
      const headers = sign("/bucket/a")
      const value = headers.at(-1) ?? ""
      const start = value.search(/[^:=]+=?$/)
      for (const wrong of [value.slice(0, start + 1), value.slice(0, -1), `${value}0`]) {
        const refused = refusal("/bucket/a", [...headers.slice(0, -1), wrong])
        assert.equal(refused.code, "SignatureDoesNotMatch", wrong)
      }
    }
  })

  test("two signatures, one in the header and one in the query", () => {
    for (const url of [v1Url("/bucket/a"), v2Url("/bucket/a"), v4Url("/bucket/a")]) {
      assert.equal(refusal(url, v1(url)).code, "InvalidArgument")
    }
  })

  test("a security token, because none was ever issued", () => {
    for (const sign of [v1, v2, v4]) {
      const headers = sign("/bucket/a", ["x-oss-security-token", "t"])
      assert.equal(refusal("/bucket/a", headers).code, "InvalidAccessKeyId")
    }
    assert.equal(refusal(v1Url("/bucket/a?security-token=t"), []).code, "InvalidAccessKeyId")
    assert.equal(refusal(v4Url("/bucket/a?x-oss-security-token=t"), []).code, "InvalidAccessKeyId")
  })

  test("a payload hash, because nothing would be checked against it", () => {
    const headers = v4("/bucket/a", ["x-oss-content-sha256", "0".repeat(64)])
    assert.equal(refusal("/bucket/a", headers).code, "InvalidArgument")
  })
})

test("a mismatch reports the string that was signed here, and never the expected signature", () => {
  const [, , , value = ""] = v4("/bucket/a")
  const error = refusal("/bucket/b", v4("/bucket/a"))
  const { StringToSign, CanonicalRequest, SignatureProvided, OSSAccessKeyId } = error.fields
  assert.deepEqual(Object.keys(error.fields), [
    "OSSAccessKeyId",
    "SignatureProvided",
    "StringToSign",
    "StringToSignBytes",
    "CanonicalRequest",
  ])
  assert.equal(OSSAccessKeyId, "ak")
  assert.ok(value.endsWith(String(SignatureProvided)))
  assert.match(String(StringToSign), /^OSS4-HMAC-SHA256\n20240102T030405Z\n/)
  assert.match(String(CanonicalRequest), /^GET\n\/bucket\/b\n/)
  const expected = v4("/bucket/b").at(-1)?.split("Signature=")[1] ?? "?"
  assert.ok(!JSON.stringify(error.fields).includes(expected))
  const bytes = refusal("/bucket/b", v1("/bucket/a")).fields["StringToSignBytes"]
  assert.match(String(bytes), /^47 45 54 0A 0A 0A /)
})

test("the error for a V4 URL names the cause: its region, its product, or a signed header that is missing", () => {
  const signedFor = (region: string, product = "oss"): string =>
    v4Url("/bucket/a").replace("cn-hangzhou%2Foss", `${region}%2F${product}`)
  const wrong = refusal(signedFor("cn-beijing"), [])
  assert.deepEqual([wrong.status, wrong.ec], [400, "0002-00000226"])
  assert.equal(wrong.message, "Invalid signing region in x-oss-credential.")
  const none = refusal(signedFor(""), [])
  assert.equal(none.message, "The signing region in credential is invalid.")
  assert.equal(refusal(signedFor("cn-hangzhou", "kms"), []).ec, "0002-00000227")
  const url = v4Url("/bucket/a?x-oss-additional-headers=range")
  assert.deepEqual([refusal(url, []).status, refusal(url, []).code], [400, "InvalidArgument"])
  assert.equal(refusal(url, ["Range", "bytes=0-1"]).code, "SignatureDoesNotMatch")
})

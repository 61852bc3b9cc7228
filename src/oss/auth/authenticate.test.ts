import assert from "node:assert/strict"
import { describe, test } from "node:test"
import {
  attempt,
  DATE,
  NOW_MS,
  parse,
  PRINCIPAL,
  type RawHeaders,
  refusal,
  refusedWith,
  v1,
  v1Url,
  v2,
  v2Url,
  v4,
  v4WithDate,
  v4Url,
} from "../../../test/oss/signed-requests.ts"

const MISMATCH = ["SignatureDoesNotMatch", "0002-00000040"]

const TARGETS = [
  "/",
  "/bucket",
  "/bucket/?acl",
  "/bucket/dir/a%20b+c%252F%E4%B8%AD.txt",
  "/bucket/dir%2Fa?uploadId=U%2B&partNumber=1&prefix=not-in-v1",
]

describe("a signature in the header authenticates its account", () => {
  const META = Buffer.from("\u4e2d").toString("latin1")
  const HEADERS = ["Content-Type", "text/plain", "X-Oss-Meta-A", ` ${META} `, "Range", "bytes=0-1"]
  for (const [version, sign] of Object.entries({ v1, v2, v4 })) {
    for (const target of TARGETS) {
      test(`${version} ${target}`, () => {
        const { principal, reading } = attempt(target, sign(target, HEADERS, "PUT"), {
          method: "PUT",
        })
        assert.equal(principal, PRINCIPAL)
        assert.deepEqual(reading, parse(target, []).readings[0])
      })
    }

    test(`${version}: any change of what is signed is a mismatch`, () => {
      const target = "/bucket/a?acl"
      const headers = sign(target, HEADERS)
      const changed = (from: string, to: string): RawHeaders =>
        headers.map((each) => (each === from ? to : each))
      assert.equal(attempt(target, headers).principal, PRINCIPAL)
      assert.deepEqual(refusedWith(target, headers, { method: "PUT" }), MISMATCH)
      assert.deepEqual(refusedWith("/bucket/b?acl", headers), MISMATCH)
      assert.deepEqual(refusedWith("/bucke2/a?acl", headers), MISMATCH)
      assert.deepEqual(refusedWith("/bucket/a%252F?acl", headers), MISMATCH)
      assert.deepEqual(refusedWith("/bucket/a", headers), MISMATCH)
      assert.deepEqual(refusedWith("/bucket/a?uploadId", headers), MISMATCH)
      assert.deepEqual(refusedWith("/bucket/a?acl&response-content-type=x", headers), MISMATCH)
      assert.deepEqual(refusedWith("/bucket/a?acl&x-oss-process=x", headers), MISMATCH)
      assert.deepEqual(refusedWith(target, changed("text/plain", "text/html")), MISMATCH)
      assert.deepEqual(refusedWith(target, changed(` ${META} `, "b")), MISMATCH)
      assert.deepEqual(refusedWith(target, [...headers, "x-oss-acl", "private"]), MISMATCH)
      assert.deepEqual(refusedWith(target, [...headers, "Content-MD5", "x"]), MISMATCH)
      if (version !== "v1") {
        assert.deepEqual(refusedWith(target, changed("bytes=0-1", "bytes=0-2")), MISMATCH)
        assert.deepEqual(refusedWith(`${target}&prefix=x`, headers), MISMATCH)
      }
    })

    test(`${version}: the clocks may differ by 15 minutes and no more`, () => {
      const headers = sign("/bucket/a")
      for (const ms of [-900_000, 900_000]) {
        assert.equal(attempt("/bucket/a", headers, { nowMs: NOW_MS + ms }).principal, PRINCIPAL)
      }
      for (const ms of [-901_000, 901_000]) {
        const error = refusal("/bucket/a", headers, { nowMs: NOW_MS + ms })
        assert.deepEqual([error.code, error.ec], ["RequestTimeTooSkewed", "0002-00000504"])
        assert.deepEqual(error.fields, {
          MaxAllowedSkewMilliseconds: "900000",
          RequestTime: "2024-01-02T03:04:05.000Z",
          ServerTime: new Date(NOW_MS + ms).toISOString(),
        })
      }
    })
  }
})

describe("a signature in the query authenticates its account", () => {
  for (const [version, presign] of Object.entries({ v1Url, v2Url, v4Url })) {
    for (const target of TARGETS) {
      test(`${version} ${target}`, () => {
        const { principal, reading } = attempt(presign(target), [])
        assert.equal(principal, PRINCIPAL)
        assert.deepEqual(reading, parse(target, []).readings[0])
      })
    }

    test(`${version}: any change of what is signed is a mismatch`, () => {
      const url = presign("/bucket/a?acl")
      assert.deepEqual(refusedWith(url.replace("/a?", "/b?"), []), MISMATCH)
      assert.deepEqual(refusedWith(url.replace("?acl&", "?"), []), MISMATCH)
      assert.deepEqual(refusedWith(url.replace("?acl&", "?uploads&"), []), MISMATCH)
      assert.deepEqual(refusedWith(`${url}&response-content-type=text/html`, []), MISMATCH)
      assert.deepEqual(refusedWith(url, [], { method: "PUT" }), MISMATCH)
      assert.deepEqual(refusedWith(url, ["x-oss-meta-a", "b"]), MISMATCH)
      const later = url.replace(/([Ee]xpires=\d*)\d/, "$19")
      assert.deepEqual(refusedWith(later, []), MISMATCH)
    })

    test(`${version}: expiry is checked before the signature`, () => {
      const url = presign("/bucket/a").replace("/a?", "/b?")
      const nowMs = NOW_MS + 86_400_000
      const error = refusal(url, [], { nowMs })
      assert.equal(error.code, "AccessDenied")
      assert.equal(error.message, "Request has expired.")
      assert.equal(error.fields["ServerTime"], new Date(nowMs).toISOString())
    })
  }

  test("V4: from 15 minutes before its date until it expires", () => {
    const url = v4Url("/bucket/a")
    for (const ms of [-900_000, 600_000]) {
      assert.equal(attempt(url, [], { nowMs: NOW_MS + ms }).principal, PRINCIPAL)
    }
    const early = refusedWith(url, [], { nowMs: NOW_MS - 901_000 })
    assert.deepEqual(early, ["AccessDenied", "0002-00000235"])
    assert.equal(refusal(url, [], { nowMs: NOW_MS + 601_000 }).message, "Request has expired.")
  })

  for (const expires of [
    "0",
    "-1",
    "604801",
    "1.5",
    "1e3",
    "1e309",
    "9007199254740992",
    "x",
    " 1",
  ]) {
    test(`V4: ${expires} is not a valid duration`, () => {
      const url = v4Url("/bucket/a", encodeURIComponent(expires))
      assert.deepEqual(refusedWith(url, []), ["InvalidArgument", "0002-00000232"])
    })
  }

  for (const expires of ["-1", "1.5", "1e309", "x", "999999999999"]) {
    test(`V1: ${expires} is not a valid expiry time`, () => {
      const error = refusal(v1Url("/bucket/a", expires), [])
      assert.equal(error.code, "AccessDenied")
      assert.equal(error.message, "Invalid date (should be seconds since epoch).")
    })
  }

  for (const name of ["OSSAccessKeyId", "Expires", "Signature"]) {
    test(`V1: without ${name} it is refused, not anonymous`, () => {
      const url = v1Url("/bucket/a").replace(new RegExp(`${name}=[^&]*&?`), "")
      assert.equal(refusal(url, []).code, "AccessDenied")
    })
  }
})

test("a request without a signature is anonymous", () => {
  const { principal, reading } = attempt("/bucket/a", [])
  assert.equal(principal.kind, "anonymous")
  assert.deepEqual(reading, { bucketName: "bucket", objectKey: "a" })
})

test("the reading of an ambiguous address whose signature matches wins", () => {
  const host = ["Host", "bucket.oss-cn-hangzhou.aliyuncs.com"]
  const pathStyle = v1("/bucket/a").filter((each) => each !== "Host")
  assert.deepEqual(attempt("/bucket/a", [...host, ...pathStyle]).reading, {
    bucketName: "bucket",
    objectKey: "a",
  })
  const hostStyle = v1("/bucket/a", host)
  assert.deepEqual(attempt("/bucket/a", hostStyle).reading, {
    bucketName: "bucket",
    objectKey: "bucket/a",
  })
})

test("V4 fields may be separated by a comma and a space, and may be in any order", () => {
  const headers = v4("/bucket/a", ["Range", "bytes=0-1"])
  const [, fields = ""] = String(headers.at(-1)).split(/ (.*)/)
  const reordered = `OSS4-HMAC-SHA256 ${fields.split(",").reverse().join(", ")}`
  assert.equal(attempt("/bucket/a", [...headers.slice(0, -1), reordered]).principal, PRINCIPAL)
})

test("a V4 signature without x-oss-date is over the Date header as it was sent", () => {
  const target = "/bucket/a?acl"
  for (const date of [DATE, "Tuesday, 02-Jan-24 03:04:05 GMT", "20240102T030405Z"]) {
    assert.equal(attempt(target, v4WithDate(target, date)).principal, PRINCIPAL, date)
  }
  const late = v4WithDate(target, "Tue, 02 Jan 2024 03:20:06 GMT")
  assert.equal(refusal(target, late).code, "RequestTimeTooSkewed")
  const otherDay = v4WithDate(target, "Mon, 01 Jan 2024 23:59:59 GMT")
  const atMidnight = { nowMs: Date.UTC(2024, 0, 2) }
  assert.deepEqual(refusedWith(target, otherDay, atMidnight), ["InvalidArgument", "0002-00000225"])
  const both = [...v4WithDate(target, DATE), "x-oss-date", "20240102T030405Z"]
  assert.deepEqual(refusedWith(target, both), MISMATCH)
})

test("a bucket in path style without a slash may be signed with a slash or without, and both mean the bucket", () => {
  for (const sign of [v1, v2, v4]) {
    for (const target of ["/bucket?acl", "/bucket"]) {
      const { readings } = parse(target, [])
      assert.equal(readings.length, 2)
      for (const reading of readings) {
        const signed = sign(target, [], "GET", reading)
        assert.equal(attempt(target, signed).reading.bucketName, "bucket")
        assert.equal(attempt(target, signed).reading.objectKey, "")
      }
    }
    const bare = parse("/bucket", []).readings[1]
    const other = sign("/bucket/", [], "GET", bare)
    assert.equal(refusal("/bucket/", other).code, "SignatureDoesNotMatch")
  }
})

test("a plus in the path is a space, both in what is signed and in the name", () => {
  for (const sign of [v1, v2, v4]) {
    const headers = sign("/bucket/a%20b%2Bc", [])
    assert.equal(attempt("/bucket/a+b%2Bc", headers).reading.objectKey, "a b+c")
    assert.deepEqual(refusedWith("/bucket/a+b+c", headers), MISMATCH)
  }
})

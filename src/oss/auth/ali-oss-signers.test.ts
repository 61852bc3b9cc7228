// Runs the official Node.js client's own signing functions against our verification of signatures.
import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { describe, test } from "node:test"
import OSS from "ali-oss"
import fc from "fast-check"
import { systemClock } from "../../base/clock.ts"
import type { Reading } from "../address.ts"
import { parseRequest } from "../request.ts"
import { judgeClaim, readClaim } from "./authenticate.ts"

interface SignUtils {
  buildCanonicalString(
    method: string,
    resource: string,
    request: { headers: Record<string, string>; parameters: Record<string, string> },
  ): string
  authorization(accessKeyId: string, accessKeySecret: string, canonicalString: string): string
  authorizationV4(
    accessKeyId: string,
    accessKeySecret: string,
    region: string,
    method: string,
    request: { headers: Record<string, string>; queries: Record<string, string | null> },
    bucketName?: string,
    objectName?: string,
    additionalHeaders?: readonly string[],
  ): string
}

const signUtils = createRequire(import.meta.url)("ali-oss/lib/common/signUtils") as SignUtils

const PRINCIPAL = { kind: "account", accountId: "1" } as const
const ACCESS_KEY = { accessKeyId: "ak", accessKeySecret: "sk", principal: PRINCIPAL }
const DOMAINS = ["example.org"]

/**
 * Who is let in, and to what. Headers are sent as Node sends them: UTF-8 text becomes bytes, which are read back as
 * latin1.
 */
function readingOf(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
): Reading {
  const sent = Object.entries(headers).flatMap(([name, value]) => [
    name,
    Buffer.from(value).toString("latin1"),
  ])
  const request = parseRequest({ method, target: url, rawHeaders: sent }, DOMAINS)
  const claim = readClaim(request, { clock: systemClock, region: "cn-hangzhou" })
  assert.equal(claim?.accessKeyId, ACCESS_KEY.accessKeyId)
  const { principal, reading } = judgeClaim(request, claim, ACCESS_KEY)
  assert.equal(principal, PRINCIPAL)
  return reading
}

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((each) => !each.startsWith("/"))
const headerText = fc.stringMatching(/^[!-~\u4e00-\u4eff]([ -~\u4e00-\u4eff]*[!-~])?$/)
const method = fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD")

/** `a%20b`, as the client encodes an object's name. */
function encodeKey(objectKey: string): string {
  return encodeURIComponent(objectKey).replaceAll("%2F", "/")
}

function now(): { httpDate: string; basic: string } {
  const date = new Date(systemClock.nowMs())
  return { httpDate: date.toUTCString(), basic: date.toISOString().replace(/[-:]|\.\d{3}/g, "") }
}

describe("what ali-oss signs is let in", () => {
  test("V1 in the header", () => {
    fc.assert(
      fc.property(method, text, headerText, text, (verb, objectKey, meta, uploadId) => {
        const headers = {
          "x-oss-date": now().httpDate,
          "x-oss-meta-a": meta,
          "content-type": "a/b",
        }
        const canonical = signUtils.buildCanonicalString(verb, `/bucket/${objectKey}`, {
          headers,
          parameters: { uploadId, acl: "" },
        })
        const authorization = signUtils.authorization("ak", "sk", canonical)
        const url = `/bucket/${encodeKey(objectKey)}?uploadId=${encodeURIComponent(uploadId)}&acl=&prefix=x`
        const reading = readingOf(verb, url, { host: "127.0.0.1", ...headers, authorization })
        assert.deepEqual(reading, { bucketName: "bucket", objectKey })
      }),
    )
  })

  test("V4 in the header", () => {
    fc.assert(
      fc.property(method, text, headerText, text, (verb, objectKey, meta, prefix) => {
        const headers = {
          "x-oss-date": now().basic,
          "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
          "x-oss-meta-a": meta,
          range: "bytes=0-1",
        }
        const request = { headers, queries: { prefix, acl: null } }
        const authorization = signUtils.authorizationV4(
          "ak",
          "sk",
          "cn-hangzhou",
          verb,
          request,
          "bucket",
          objectKey,
          ["Range"],
        )
        const url = `/bucket/${encodeKey(objectKey)}?acl=&prefix=${encodeURIComponent(prefix)}`
        const reading = readingOf(verb, url, { host: "127.0.0.1", ...headers, authorization })
        assert.deepEqual(reading, { bucketName: "bucket", objectKey })
      }),
    )
  })

  const client = new OSS({
    ...ACCESS_KEY,
    region: "oss-cn-hangzhou",
    endpoint: "http://example.org",
    bucket: "bucket",
  })

  test("V1 URLs", () => {
    fc.assert(
      fc.property(fc.constantFrom("GET", "PUT"), text, (verb, objectKey) => {
        // The client cannot make a URL for such a name.
        fc.pre(!objectKey.startsWith("?"))
        const url = client.signatureUrl(objectKey, {
          method: verb,
          expires: 600,
          response: { "content-type": "text/x; a=b" },
        })
        const { host, target } = splitUrl(url)
        assert.equal(host, "bucket.example.org")
        assert.deepEqual(readingOf(verb, target, { host }), { bucketName: "bucket", objectKey })
      }),
    )
  })

  test("V4 URLs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "PUT"),
        text,
        headerText,
        async (verb, objectKey, meta) => {
          const headers = { "x-oss-meta-a": meta, range: "bytes=0-1" }
          const request = { headers, queries: { "response-content-type": "text/x" } }
          const method = verb as OSS.HTTPMethods
          const url = await client.signatureUrlV4(method, 600, request, objectKey, ["range"])
          const { host, target } = splitUrl(url)
          const reading = readingOf(verb, target, { host, ...headers })
          assert.deepEqual(reading, { bucketName: "bucket", objectKey })
        },
      ),
    )
  })
})

function splitUrl(url: string): { host: string; target: string } {
  const [, host = "", target = ""] = /^http:\/\/([^/]*)(.*)$/s.exec(url) ?? []
  return { host, target }
}

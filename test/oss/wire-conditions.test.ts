// Conditional reads, and downloads that continue where they stopped.
import assert from "node:assert/strict"
import { test } from "node:test"
import { onEachEngine } from "./bucket-client.ts"

onEachEngine("a conditional read", "wire-conditions", (freshBucket) => {
  test("continues with a range only when If-Range names the current object", async () => {
    const bucket = await freshBucket()
    const { headers } = await bucket.put("a", "0123456789")
    const etag = String(headers["etag"])
    const modified = String((await bucket.get("a")).headers["last-modified"])
    const second = new Date(Date.parse(modified) + 1000).toUTCString()
    const cases: [value: string, status: number][] = [
      [etag, 206],
      [modified, 206],
      [`W/${etag}`, 200],
      [`"${"0".repeat(32)}"`, 200],
      [second, 200],
      ["Thu, 01 Jan 1970 00:00:00 GMT", 200],
      ["*", 200],
      ["nonsense", 200],
    ]
    for (const [value, status] of cases) {
      const sent = { range: "bytes=5-", "if-range": value }
      const got = await bucket.send({ method: "GET", objectKey: "a", headers: sent })
      assert.equal(got.status, status, value)
      assert.equal(got.body.toString(), status === 206 ? "56789" : "0123456789")
    }
  })

  test("that gets 304 has the headers that keep a cache fresh, for GET and HEAD alike", async () => {
    const bucket = await freshBucket()
    const { headers } = await bucket.put("a", "x", {
      "cache-control": "max-age=60",
      expires: "Fri, 24 Feb 2034 08:43:07 GMT",
      "content-language": "de",
    })
    const etag = String(headers["etag"])
    for (const method of ["GET", "HEAD"]) {
      for (const tag of [etag, `W/${etag}`]) {
        const sent = { "if-none-match": tag }
        const got = await bucket.send({ method, objectKey: "a", headers: sent })
        assert.equal(got.status, 304)
        assert.equal(got.headers["etag"], etag)
        assert.equal(got.headers["cache-control"], "max-age=60")
        assert.equal(got.headers["expires"], "Fri, 24 Feb 2034 08:43:07 GMT")
        assert.ok(got.headers["last-modified"])
        assert.equal(got.headers["content-language"], undefined)
        assert.equal(got.headers["content-length"], undefined)
      }
    }
    const query = { "response-cache-control": "no-store" }
    const sent = { "if-none-match": etag }
    const got = await bucket.send({ method: "GET", objectKey: "a", query, headers: sent })
    assert.deepEqual([got.status, got.headers["cache-control"]], [304, "no-store"])
  })

  test("with a true If-Match ignores If-Unmodified-Since, and reads dates in all three forms as UTC", async () => {
    const bucket = await freshBucket()
    const { headers } = await bucket.put("a", "x")
    const past = "Sun, 06 Nov 1994 08:49:37 GMT"
    const read = { method: "GET", objectKey: "a" }
    const both = { "if-match": String(headers["etag"]), "if-unmodified-since": past }
    assert.equal(await bucket.codeOf({ ...read, headers: both }), "200")
    for (const date of [past, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]) {
      const since = { "if-unmodified-since": date }
      assert.equal(await bucket.codeOf({ ...read, headers: since }), "412 PreconditionFailed")
    }
  })
})

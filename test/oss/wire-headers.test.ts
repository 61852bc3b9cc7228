// A header or parameter that asks for something is honoured, or refused by name.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { OPERATIONS } from "../../src/oss/operations/index.ts"
import { type BucketClient, makeBucket, textOf } from "./bucket-client.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import type { SignedRequest } from "./signed-client.ts"

type TextHeaders = Readonly<Record<string, string>>

const REFUSED_EVERYWHERE: TextHeaders = {
  "x-oss-tagging": "a=b",
  "x-oss-callback": "e30=",
  "x-oss-callback-var": "e30=",
  "x-oss-object-worm-mode": "COMPLIANCE",
  "x-oss-object-worm-retain-until-date": "2034-01-01T00:00:00.000Z",
  "x-oss-object-brand-new": "1",
  "x-oss-server-side-encryption-context": "{}",
  "x-oss-symlink-target": "a",
  "x-oss-bucket-tagging": "a=b",
}

const PAST = "Mon, 01 Jan 2024 00:00:00 GMT"

describe("a header that asks for something", () => {
  let server: TestServer
  let bucket: BucketClient
  before(async () => {
    server = await startMemoryServer()
    bucket = await makeBucket(server, "wire-headers")
    await bucket.put("a", "bytes")
  })
  after(async () => {
    await server.stop()
  })

  /** One request of each operation, none of which changes what the tests look at. */
  function requests(): SignedRequest[] {
    const objectKey = "b"
    const copy = { "x-oss-copy-source": `/${bucket.name}/a` }
    const uploadId = "0".repeat(32)
    return Object.values(OPERATIONS).map(({ match, target }) => {
      const { method, subresource, copySource, listType2 } = match
      return {
        method,
        ...(target === "service" ? { bucketName: "" } : {}),
        ...(target === "object" ? { objectKey } : {}),
        query: {
          ...(subresource === null
            ? {}
            : { [subresource]: subresource === "uploadId" ? uploadId : "" }),
          ...(listType2 === true ? { "list-type": "2" } : {}),
        },
        ...(copySource === true ? { headers: copy } : {}),
      }
    })
  }

  for (const [name, value] of Object.entries(REFUSED_EVERYWHERE)) {
    test(`is refused by every operation: ${name}`, async () => {
      for (const request of requests()) {
        const headers = { ...request.headers, [name]: value }
        const answer = await bucket.send({ ...request, headers })
        const what = `${request.method} ${JSON.stringify(request.query)}`
        assert.deepEqual([answer.status, answer.code], [400, "NotImplemented"], what)
        if (request.method !== "HEAD") assert.equal(textOf(answer, "Header"), name)
      }
    })
  }

  test("is refused in the query too: callback, callback-var, and sequential without an upload", async () => {
    for (const request of requests()) {
      for (const name of ["callback", "callback-var"]) {
        const query = { ...request.query, [name]: "e30=" }
        assert.equal(await bucket.codeOf({ ...request, query }), "400 NotImplemented")
      }
      const { uploads, uploadId } = request.query ?? {}
      if ((uploads === "" || uploadId !== undefined) && request.method !== "GET") continue
      const query = { ...request.query, sequential: "" }
      assert.equal(await bucket.codeOf({ ...request, query }), "400 NotImplemented")
    }
  })

  test("is missing when it is the empty ACL of PutObjectAcl, and the object keeps its own", async () => {
    await bucket.put("own", "bytes", { "x-oss-object-acl": "private" })
    const request = { method: "PUT", objectKey: "own", query: { acl: "" } }
    const empty = { ...request, headers: { "x-oss-object-acl": "" } }
    assert.equal(await bucket.codeOf(empty), "400 MissingArgument")
    assert.equal(textOf(await bucket.send({ ...request, method: "GET" }), "Grant"), "private")
  })

  test("is refused where the operation does not support it: ACLs, classes, conditions, sources", async () => {
    const cases: [request: SignedRequest, name: string, value: string][] = [
      [{ method: "DELETE", objectKey: "a" }, "x-oss-forbid-overwrite", "true"],
      [{ method: "DELETE", objectKey: "a" }, "if-match", "x"],
      [{ method: "PUT", objectKey: "a", query: { acl: "" } }, "if-none-match", "*"],
      [{ method: "DELETE", objectKey: "a" }, "x-oss-acl", "private"],
      [{ method: "POST", query: { delete: "" }, body: "<Delete/>" }, "x-oss-acl", "private"],
      [{ method: "PUT", objectKey: "b", body: "x" }, "if-none-match", "*"],
      [{ method: "PUT", objectKey: "b", body: "x" }, "content-range", "bytes 0-0/2"],
      [{ method: "PUT", objectKey: "b", body: "x" }, "x-oss-metadata-directive", "REPLACE"],
      [{ method: "PUT", objectKey: "b", body: "x" }, "if-modified-since", PAST],
      [{ method: "POST", objectKey: "b", query: { uploads: "" } }, "if-none-match", "*"],
      [{ method: "POST", objectKey: "b", query: { uploads: "" } }, "if-unmodified-since", PAST],
      [
        { method: "POST", objectKey: "b", query: { append: "", position: "0" } },
        "x-oss-forbid-overwrite",
        "true",
      ],
      [{ method: "GET", objectKey: "a" }, "x-oss-copy-source", `/${bucket.name}/a`],
      [{ method: "PUT", query: { acl: "" } }, "x-oss-copy-source", `/${bucket.name}/a`],
    ]
    for (const [request, name, value] of cases) {
      const answer = await bucket.send({ ...request, headers: { [name]: value } })
      assert.equal(answer.code, "NotImplemented", name)
      assert.equal(textOf(answer, "Header"), name)
    }
    assert.equal(await bucket.codeOf({ method: "HEAD", objectKey: "b" }), "404 NoSuchKey")
    assert.equal((await bucket.get("a")).body.toString(), "bytes")
  })

  test("is honoured where it only protects: a bucket's ACL header makes an object private, and never public", async () => {
    const objectKey = "terraform-state"
    await bucket.put(objectKey, "x", { "x-oss-acl": "private" })
    assert.equal(textOf(await bucket.get(objectKey, { acl: "" }), "Grant"), "private")
    const both = { "x-oss-acl": "private", "x-oss-object-acl": "public-read" }
    await bucket.put(objectKey, "x", both)
    assert.equal(textOf(await bucket.get(objectKey, { acl: "" }), "Grant"), "public-read")
    for (const acl of ["public-read-write", "default", ""]) {
      await bucket.put(objectKey, "x", { "x-oss-acl": acl })
      assert.equal(textOf(await bucket.get(objectKey, { acl: "" }), "Grant"), "default")
    }
    const headers = { "x-oss-acl": "publik" }
    for (const query of [undefined, { uploads: "" }, { append: "", position: "1" }]) {
      const method = query === undefined ? "PUT" : "POST"
      const request = { method, objectKey, headers, body: "y", ...(query && { query }) }
      assert.equal(await bucket.codeOf(request), "400 InvalidArgument")
    }
    assert.equal((await bucket.get(objectKey)).body.toString(), "x")
  })

  test("is honoured by Complete for the ACL; a condition is refused and leaves the upload open", async () => {
    const objectKey = "completed"
    const begun = await bucket.send({ method: "POST", objectKey, query: { uploads: "" } })
    const uploadId = textOf(begun, "UploadId")
    const inherited = { "x-oss-object-acl": "private", "x-oss-storage-class": "Standard" }
    const query = { partNumber: "1", uploadId }
    const part = { method: "PUT", objectKey, query, body: "x", headers: inherited }
    assert.equal(await bucket.codeOf(part), "200")
    const all = { "x-oss-complete-all": "yes" }
    const complete = { method: "POST", objectKey, query: { uploadId } }
    const conditional = { ...all, "if-none-match": "*" }
    assert.equal(await bucket.codeOf({ ...complete, headers: conditional }), "400 NotImplemented")
    const bad = { ...all, "x-oss-object-acl": "public" }
    assert.equal(await bucket.codeOf({ ...complete, headers: bad }), "400 InvalidArgument")
    const headers = { ...all, "x-oss-object-acl": "public-read" }
    assert.equal(await bucket.codeOf({ ...complete, headers }), "200")
    assert.equal(textOf(await bucket.get(objectKey, { acl: "" }), "Grant"), "public-read")
  })

  test("may say that the requester pays, because nobody does, and nothing else about the payer", async () => {
    const get = { method: "GET", objectKey: "a" }
    for (const [payer, code] of [
      ["requester", "200"],
      ["BucketOwner", "200"],
      ["nobody", "400 InvalidArgument"],
    ] as const) {
      const headers = { "x-oss-request-payer": payer }
      assert.equal(await bucket.codeOf({ ...get, headers }), code)
      const query = { "x-oss-request-payer": payer }
      assert.equal(await bucket.codeOf({ ...get, query }), code)
    }
  })

  test("about a write means nothing to a read, nor a bucket's ACL to an object", async () => {
    const ofWrites = {
      "x-oss-acl": "public-read-write",
      "x-oss-object-acl": "public-read",
      "x-oss-storage-class": "IA",
      "x-oss-forbid-overwrite": "true",
    }
    const reads: SignedRequest[] = [
      { method: "GET", objectKey: "a" },
      { method: "HEAD", objectKey: "a" },
      { method: "HEAD", objectKey: "a", query: { objectMeta: "" } },
      { method: "GET", objectKey: "a", query: { acl: "" } },
      { method: "GET", query: { uploads: "" } },
      { method: "GET" },
    ]
    for (const read of reads) {
      assert.equal(await bucket.codeOf({ ...read, headers: ofWrites }), "200", read.method)
    }
    const acl = { "x-oss-acl": "public-read-write" }
    await bucket.put("of-bucket", "x", acl)
    assert.equal(textOf(await bucket.get("of-bucket", { acl: "" }), "Grant"), "default")
    assert.equal(
      textOf(await bucket.send({ method: "GET", query: { acl: "" } }), "Grant"),
      "private",
    )
  })

  test("is ignored by Initiate: If-Modified-Since, which applies to reads only", async () => {
    const headers = { "if-modified-since": PAST }
    const begin = { method: "POST", objectKey: "begun", query: { uploads: "" }, headers }
    assert.equal(await bucket.codeOf(begin), "200")
  })

  test("slows down the transfer, and is refused when it is not a valid limit", async () => {
    const body = Buffer.alloc(200_000, 7)
    const headers = { "x-oss-traffic-limit": "83886080" }
    const put = { method: "PUT", objectKey: "limited", body }
    assert.equal(await bucket.codeOf({ ...put, headers }), "200")
    const got = await bucket.send({ method: "GET", objectKey: "limited", headers })
    assert.ok(got.body.equals(body))
    const bad = { "x-oss-traffic-limit": "1" }
    assert.equal(await bucket.codeOf({ ...put, headers: bad }), "400 InvalidArgument")
    const copy = { "x-oss-copy-source": `/${bucket.name}/limited`, ...bad }
    const copying = { method: "PUT", objectKey: "copy", headers: copy }
    assert.equal(await bucket.codeOf(copying), "400 InvalidArgument")
  })

  test("is allowed when it means nothing: an unknown one, and those that ali-oss repeats for a copy", async () => {
    const headers = { "x-oss-magic": "abracadabra" }
    assert.equal(
      await bucket.codeOf({ method: "PUT", objectKey: "magic", body: "x", headers }),
      "200",
    )
    const etag = String((await bucket.get("a")).headers["etag"])
    const copy = {
      "x-oss-copy-source": `/${bucket.name}/a`,
      "x-oss-copy-source-x-oss-server-side-encryption": "AES256",
      "x-oss-copy-source-content-type": "text/plain",
      "if-match": etag,
      "x-oss-copy-source-if-match": etag,
      "x-oss-tagging-directive": "Copy",
    }
    const copying = { method: "PUT", objectKey: "copy", headers: copy }
    assert.equal(await bucket.codeOf(copying), "200")
    const alone = { "x-oss-copy-source": `/${bucket.name}/a`, "if-match": etag }
    assert.equal(await bucket.codeOf({ ...copying, headers: alone }), "400 NotImplemented")
  })
})

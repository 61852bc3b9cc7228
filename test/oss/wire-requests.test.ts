// Requests as official clients, and proxies in front of the server, send them.
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { after, before, describe, test } from "node:test"
import { makeBucket, textOf } from "./bucket-client.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import { codeOf, sendSigned } from "./signed-client.ts"

describe("a request", () => {
  let server: TestServer
  before(async () => {
    server = await startMemoryServer()
  })
  after(async () => {
    await server.stop()
  })

  test("with a plus in its path means a space, stored and read alike", async () => {
    const { name } = await makeBucket(server, "wire-plus")
    const request = { bucketName: name, objectKey: "a b", target: `/${name}/a+b` }
    assert.equal(await codeOf(server, { ...request, method: "PUT", body: "x" }), "200")
    const listed = await sendSigned(server, { method: "GET", bucketName: name })
    assert.equal(textOf(listed, "Key"), "a b")
    assert.equal(await codeOf(server, { ...request, method: "HEAD" }), "200")
    const plus = { ...request, objectKey: "a+b", target: `/${name}/a%2Bb` }
    assert.equal(await codeOf(server, { ...plus, method: "HEAD" }), "404 NoSuchKey")
  })

  test("that reads a name no object can have gets NoSuchKey, and one that writes it is refused", async () => {
    const bucket = await makeBucket(server, "wire-slash")
    for (const objectKey of ["/a", "//", "\\\\a"]) {
      assert.equal(await bucket.codeOf({ method: "GET", objectKey }), "404 NoSuchKey")
      assert.equal(await bucket.codeOf({ method: "HEAD", objectKey }), "404 NoSuchKey")
      const anonymous = { method: "GET", objectKey, anonymous: true }
      assert.equal(await bucket.codeOf(anonymous), "403 AccessDenied")
      const put = { method: "PUT", objectKey, body: "x" }
      assert.equal(await bucket.codeOf(put), "400 InvalidObjectName")
    }
    const code = await codeOf(server, { method: "GET", bucketName: "wire-none", objectKey: "/a" })
    assert.equal(code, "404 NoSuchBucket")
    const target = `/${bucket.name}/%ff`
    assert.equal(await bucket.codeOf({ method: "GET", target }), "400 InvalidArgument")
  })

  test("by GET for an object's meta gets the response to HEAD, and the connection ends where the bytes would be", async () => {
    const bucket = await makeBucket(server, "wire-meta")
    await bucket.put("a", "bytes", { "x-oss-object-acl": "public-read" })
    const head = { method: "HEAD", objectKey: "a", query: { objectMeta: "" } }
    const expected = (await bucket.send(head)).headers
    const answer = await fetch(`${server.ossEndpoint}/${bucket.name}/a?objectMeta`)
    assert.equal(answer.status, 200)
    for (const name of ["content-length", "etag", "last-modified", "x-oss-hash-crc64ecma"]) {
      assert.equal(answer.headers.get(name), expected[name], name)
    }
    await assert.rejects(answer.arrayBuffer(), "reading it as a body fails")
    const missing = { ...head, method: "GET", objectKey: "none" }
    assert.equal(await bucket.codeOf(missing), "404 NoSuchKey")
  })

  test("by HEAD shows whether a bucket exists", async () => {
    const bucket = await makeBucket(server, "wire-head")
    assert.equal(await bucket.codeOf({ method: "HEAD" }), "200")
    assert.equal(await bucket.codeOf({ method: "HEAD", anonymous: true }), "403 AccessDenied")
    const code = await codeOf(server, { method: "HEAD", bucketName: "wire-none" })
    assert.equal(code, "404 NoSuchBucket")
  })

  test("may have unknown parameters; an unsupported sub-resource is refused by name", async () => {
    const bucket = await makeBucket(server, "wire-unknown")
    await bucket.put("a", "x")
    for (const query of [{ "brand-new": "" }, { "x-brand-new": "1" }, { x: "", y: "1" }]) {
      assert.equal(await bucket.codeOf({ method: "GET", objectKey: "a", query }), "200")
      assert.equal(await bucket.codeOf({ method: "GET", query }), "200")
    }
    const symlink = await bucket.send({ method: "GET", objectKey: "a", query: { symlink: "" } })
    assert.equal(symlink.code, "NotImplemented")
    assert.match(symlink.body.toString(), /GetSymlink/)
    const misspelled = { method: "DELETE", query: { Lifecycle: "" } }
    assert.equal(await bucket.codeOf(misspelled), "400 NotImplemented")
  })

  test("for the live channels of a bucket finds none", async () => {
    const bucket = await makeBucket(server, "wire-live")
    const query = { live: "", prefix: "p", "max-keys": "7" }
    const listed = await bucket.send({ method: "GET", query })
    assert.equal(listed.status, 200)
    const elements = ["Prefix", "MaxKeys", "IsTruncated"].map((name) => textOf(listed, name))
    assert.deepEqual(elements, ["p", "7", "false"])
    assert.equal(await bucket.codeOf({ method: "GET", query, anonymous: true }), "403 AccessDenied")
    const channel = { method: "PUT", objectKey: "c", query: { live: "" } }
    assert.equal(await bucket.codeOf(channel), "400 NotImplemented")
  })

  test("with a continuation token that holds no name is refused", async () => {
    const bucket = await makeBucket(server, "wire-token")
    const list = (name: string | Uint8Array): { method: string; query: Record<string, string> } => {
      const token = Buffer.from(name).toString("base64")
      return { method: "GET", query: { "list-type": "2", "continuation-token": token } }
    }
    assert.equal(await bucket.codeOf(list("a".repeat(1023))), "200")
    for (const name of ["a".repeat(1024), "a\0", Uint8Array.of(0xff)]) {
      assert.equal(await bucket.codeOf(list(name)), "400 InvalidArgument")
    }
  })

  test("that empties a bucket finds null versions in one that keeps none", async () => {
    const bucket = await makeBucket(server, "wire-clean")
    await bucket.put("a", "x")
    const listed = await bucket.send({ method: "GET", query: { versions: "" } })
    assert.equal(textOf(listed, "VersionId"), "null")
    const versioning = await bucket.send({ method: "GET", query: { versioning: "" } })
    assert.match(
      versioning.body.toString(),
      /<VersioningConfiguration><\/VersioningConfiguration>$/,
    )
    const query = { versionId: "null" }
    assert.equal(await bucket.codeOf({ method: "GET", objectKey: "a", query }), "200")
    assert.equal(await bucket.codeOf({ method: "DELETE", objectKey: "a", query }), "204")
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
  })

  test("may have a Content-MD5 with bytes after the sixteen, which are still checked", async () => {
    const bucket = await makeBucket(server, "wire-md5")
    const md5 = createHash("md5").update("x").digest()
    const base64 = (...parts: Buffer[]): string => Buffer.concat(parts).toString("base64")
    const cases: [value: string, code: string][] = [
      [base64(md5, Buffer.alloc(4)), "200"],
      [base64(md5, Buffer.from("abcdefgh")), "200"],
      [base64(Buffer.alloc(20)), "400 InvalidDigest"],
      [base64(md5.subarray(0, 15)), "400 InvalidDigest"],
      [`${base64(md5)}!`, "400 InvalidDigest"],
    ]
    for (const [value, code] of cases) {
      const headers = { "content-md5": value }
      const put = { method: "PUT", objectKey: "a", body: "x", headers }
      assert.equal(await bucket.codeOf(put), code, value)
    }
    const body = "<Delete><Object><Key>a</Key></Object></Delete>"
    const twenty = base64(createHash("md5").update(body).digest(), Buffer.alloc(4))
    const headers = { "content-md5": twenty }
    assert.equal(
      await bucket.codeOf({ method: "POST", query: { delete: "" }, body, headers }),
      "200",
    )
  })

  test("to the host of another product gets a response that the product's clients can read", async () => {
    for (const host of ["sts.aliyuncs.com", "resourcemanager.aliyuncs.com"]) {
      const answer = await sendSigned(server, { method: "GET", headers: { host } })
      assert.equal(answer.status, 404)
      const { Code, HostId } = JSON.parse(answer.body.toString()) as Record<string, string>
      assert.deepEqual([Code, HostId], ["InvalidAction.NotFound", host])
    }
  })

  test("to a host that ends with a dot reaches the bucket that it names", async () => {
    const { name } = await makeBucket(server, "wire-dot")
    const host = `${name}.oss-cn-hangzhou.aliyuncs.com.`
    const request = { method: "GET", bucketName: name, query: { acl: "" }, headers: { host } }
    assert.equal(await codeOf(server, { ...request, target: "/?acl" }), "200")
  })
})

// Copies as official clients request them and read their responses.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type BucketClient, onEachEngine, textOf } from "./bucket-client.ts"

async function aclOf(bucket: BucketClient, objectKey: string): Promise<string> {
  return textOf(await bucket.get(objectKey, { acl: "" }), "Grant")
}

onEachEngine("a copy", "wire-copies", (freshBucket) => {
  test("reads a plus in its source as a space, and %2B as a plus", async () => {
    const bucket = await freshBucket()
    await bucket.put("a b", "with a space")
    await bucket.put("a+b", "with a plus")
    const sources = { "a+b": "with a space", "a%20b": "with a space", "a%2Bb": "with a plus" }
    for (const [source, bytes] of Object.entries(sources)) {
      const headers = { "x-oss-copy-source": `/${bucket.name}/${source}` }
      assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "copy", headers }), "200")
      assert.equal((await bucket.get("copy")).body.toString(), bytes)
      const begun = await bucket.send({ method: "POST", objectKey: "mp", query: { uploads: "" } })
      const uploadId = textOf(begun, "UploadId")
      const query = { partNumber: "1", uploadId }
      const part = await bucket.send({ method: "PUT", objectKey: "mp", query, headers })
      assert.equal(part.headers["etag"], (await bucket.get("copy")).headers["etag"])
    }
  })

  test("of a part whose range ends past the source copies the whole source", async () => {
    const bucket = await freshBucket()
    const source = await bucket.put("source", "0123456789")
    const begun = await bucket.send({ method: "POST", objectKey: "mp", query: { uploads: "" } })
    const query = { partNumber: "1", uploadId: textOf(begun, "UploadId") }
    const copy = { "x-oss-copy-source": `/${bucket.name}/source` }
    for (const range of ["bytes=2-10", "bytes=10-", "bytes=0-99", "bytes=50-60"]) {
      const headers = { ...copy, "x-oss-copy-source-range": range }
      const part = await bucket.send({ method: "PUT", objectKey: "mp", query, headers })
      assert.deepEqual([part.status, part.headers["etag"]], [200, source.headers["etag"]], range)
    }
    for (const range of ["bytes=5-2", "bytes=-5", "2-3"]) {
      const headers = { ...copy, "x-oss-copy-source-range": range }
      const code = await bucket.codeOf({ method: "PUT", objectKey: "mp", query, headers })
      assert.equal(code, "400 InvalidArgument", range)
    }
  })

  test("of an object onto itself keeps its ACL and class, and uses the request's metadata whatever the directive says", async () => {
    const bucket = await freshBucket()
    for (const directive of [undefined, "COPY", "REPLACE"]) {
      await bucket.put("a", "bytes", {
        "x-oss-object-acl": "public-read",
        "x-oss-storage-class": "IA",
        "x-oss-meta-old": "1",
      })
      const headers = {
        "x-oss-copy-source": `/${bucket.name}/a`,
        "x-oss-meta-new": "2",
        ...(directive === undefined ? {} : { "x-oss-metadata-directive": directive }),
      }
      assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "a", headers }), "200")
      const { headers: got } = await bucket.get("a")
      assert.equal(got["x-oss-meta-new"], "2")
      assert.equal(got["x-oss-meta-old"], undefined)
      assert.equal(got["x-oss-storage-class"], "IA")
      assert.equal(await aclOf(bucket, "a"), "public-read")
    }
  })

  test("of an object onto itself that names no metadata keeps the existing metadata, unless it says REPLACE", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "bytes", { "content-type": "text/plain", "x-oss-meta-old": "1" })
    const copy = async (more: Readonly<Record<string, string>>): Promise<unknown[]> => {
      const headers = { "x-oss-copy-source": `/${bucket.name}/a`, ...more }
      assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "a", headers }), "200")
      const { headers: got } = await bucket.get("a")
      return [got["content-type"], got["x-oss-meta-old"]]
    }
    assert.deepEqual(await copy({}), ["text/plain", "1"])
    assert.deepEqual(await copy({ "x-oss-metadata-directive": "COPY" }), ["text/plain", "1"])
    const replace = { "x-oss-metadata-directive": "REPLACE" }
    assert.deepEqual(await copy(replace), ["application/octet-stream", undefined])
  })

  test("of a private object onto itself in a public bucket makes nothing public, and changes the ACL when the header says so", async () => {
    const bucket = await freshBucket()
    await bucket.send({
      method: "PUT",
      query: { acl: "" },
      headers: { "x-oss-acl": "public-read" },
    })
    await bucket.put("a", "secret", { "x-oss-object-acl": "private" })
    const copy = { "x-oss-copy-source": `/${bucket.name}/a`, "x-oss-metadata-directive": "REPLACE" }
    const read = { method: "GET", objectKey: "a", anonymous: true }
    for (const headers of [copy, { ...copy, "x-oss-object-acl": "" }]) {
      assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "a", headers }), "200")
      assert.equal(await bucket.codeOf(read), "403 AccessDenied")
    }
    const headers = { ...copy, "x-oss-object-acl": "default" }
    assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "a", headers }), "200")
    assert.equal(await bucket.codeOf(read), "200")
  })

  test("of an older version onto its name restores its metadata", async () => {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    const old = await bucket.put("a", "old", { "x-oss-meta-which": "old" })
    await bucket.put("a", "new", { "x-oss-meta-which": "new" })
    const versionId = String(old.headers["x-oss-version-id"])
    const headers = { "x-oss-copy-source": `/${bucket.name}/a?versionId=${versionId}` }
    assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "a", headers }), "200")
    const got = await bucket.get("a")
    assert.deepEqual([got.body.toString(), got.headers["x-oss-meta-which"]], ["old", "old"])
  })

  test("onto another name keeps the metadata and gets the default ACL", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "bytes", { "x-oss-object-acl": "public-read", "x-oss-meta-a": "1" })
    const headers = { "x-oss-copy-source": `/${bucket.name}/a` }
    const copied = await bucket.send({ method: "PUT", objectKey: "b", headers })
    assert.equal(copied.status, 200)
    const { headers: got } = await bucket.get("b")
    assert.equal(got["x-oss-meta-a"], "1")
    assert.equal(await aclOf(bucket, "b"), "default")
    for (const name of ["etag", "x-oss-hash-crc64ecma"]) {
      assert.equal(copied.headers[name], got[name], name)
    }
  })

  test("returns headers that clients look for: ETag of a part and of Complete, the CRC of Complete", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "bytes")
    const begun = await bucket.send({ method: "POST", objectKey: "mp", query: { uploads: "" } })
    const uploadId = textOf(begun, "UploadId")
    const headers = { "x-oss-copy-source": `/${bucket.name}/a` }
    const query = { partNumber: "1", uploadId }
    const part = await bucket.send({ method: "PUT", objectKey: "mp", query, headers })
    assert.equal(part.headers["etag"], textOf(part, "ETag"))
    const done = await bucket.send({
      method: "POST",
      objectKey: "mp",
      query: { uploadId },
      headers: { "x-oss-complete-all": "yes" },
    })
    assert.equal(done.headers["etag"], textOf(done, "ETag"))
    assert.equal(
      done.headers["x-oss-hash-crc64ecma"],
      (await bucket.get("mp")).headers["x-oss-hash-crc64ecma"],
    )
  })

  test("moves a KMS object to AES256 although its CMK is still named, as ossutil does", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "bytes", { "x-oss-server-side-encryption": "KMS" })
    const cmkId = String((await bucket.get("a")).headers["x-oss-server-side-encryption-key-id"])
    const moved = {
      "x-oss-copy-source": `/${bucket.name}/a`,
      "x-oss-server-side-encryption": "AES256",
      "x-oss-server-side-encryption-key-id": cmkId,
    }
    assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "a", headers: moved }), "200")
    const got = await bucket.get("a")
    assert.equal(got.headers["x-oss-server-side-encryption"], "AES256")
    assert.equal(got.headers["x-oss-server-side-encryption-key-id"], undefined)
    const headers = { "x-oss-server-side-encryption-key-id": cmkId }
    const code = await bucket.codeOf({ method: "PUT", objectKey: "b", headers })
    assert.equal(code, "400 InvalidArgument", "a CMK alone asks for what would not be done")
  })
})

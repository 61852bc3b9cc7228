// Versions of objects over the OSS API: what is kept, reported and refused. On both engines.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type BucketClient, onEachEngine, textOf, versionIdOf } from "./bucket-client.ts"

const HEADER = "x-oss-server-side-encryption"
const MARKER = "x-oss-delete-marker"
const VERSION = "x-oss-version-id"
const UNKNOWN_ID = "0".repeat(32)

onEachEngine("versioning", "versions", (freshBucket) => {
  async function versionedBucket(): Promise<BucketClient> {
    const bucket = await freshBucket()
    await bucket.setVersioning("Enabled")
    return bucket
  }

  async function statusOf(bucket: BucketClient): Promise<string> {
    return textOf(await bucket.send({ method: "GET", query: { versioning: "" } }), "Status")
  }

  test("is unset, then enabled, then suspended, and GetBucketInfo says so too", async () => {
    const bucket = await freshBucket()
    const unset = await bucket.send({ method: "GET", query: { versioning: "" } })
    assert.equal(unset.status, 200)
    assert.match(unset.body.toString(), /<VersioningConfiguration\s*(\/>|><\/)/)
    for (const status of ["Enabled", "Suspended", "Enabled"] as const) {
      await bucket.setVersioning(status)
      assert.equal(await statusOf(bucket), status)
      const info = await bucket.send({ method: "GET", query: { bucketInfo: "" } })
      assert.equal(textOf(info, "Versioning"), status)
    }
  })

  test("is not set by an invalid document", async () => {
    const bucket = await freshBucket()
    const query = { versioning: "" }
    for (const [body, code] of [
      ["<VersioningConfiguration/>", "400 InvalidArgument"],
      [
        "<VersioningConfiguration><Status>Off</Status></VersioningConfiguration>",
        "400 MalformedXML",
      ],
      ["<VersioningConfiguration>", "400 MalformedXML"],
      ["<Other><Status>Enabled</Status></Other>", "400 MalformedXML"],
      ["", "400 MalformedXML"],
    ] as const) {
      assert.equal(await bucket.codeOf({ method: "PUT", query, body }), code, body)
    }
    assert.equal(await statusOf(bucket), "")
  })

  test("keeps every version, and each can be read by its id", async () => {
    const bucket = await versionedBucket()
    const ids: string[] = []
    for (const body of ["one", "the second", "3"]) {
      ids.push(versionIdOf(await bucket.put("a", body)))
    }
    assert.equal(new Set(ids).size, 3)
    for (const [index, body] of ["one", "the second", "3"].entries()) {
      const versionId = ids[index] ?? ""
      const got = await bucket.get("a", { versionId })
      assert.equal(got.body.toString(), body)
      assert.equal(got.headers[VERSION], versionId)
      for (const query of [{ versionId }, { objectMeta: "", versionId }]) {
        const head = await bucket.send({ method: "HEAD", objectKey: "a", query })
        assert.equal(head.headers["content-length"], String(body.length))
        assert.equal(head.headers[VERSION], versionId)
      }
    }
    const newest = await bucket.get("a")
    assert.equal(newest.body.toString(), "3")
    assert.equal(newest.headers[VERSION], ids[2])
  })

  test("returns the version's id on put, copy, complete, append, get and head", async () => {
    const bucket = await versionedBucket()
    const put = versionIdOf(await bucket.put("source", "content"))
    const completed = versionIdOf((await bucket.upload("parts", ["part"])).at(-1) ?? assert.fail())
    const source = `/${await nameOf(bucket)}/source`
    const copy = await bucket.put("copy", "", { "x-oss-copy-source": source })
    assert.equal(copy.headers["x-oss-copy-source-version-id"], put)
    const query = { append: "", position: "0" }
    const appended = await bucket.send({ method: "POST", objectKey: "log", query, body: "x" })
    for (const [objectKey, versionId] of [
      ["source", put],
      ["parts", completed],
      ["copy", versionIdOf(copy)],
      ["log", versionIdOf(appended)],
    ] as const) {
      assert.equal(versionIdOf(await bucket.get(objectKey)), versionId)
      assert.equal(versionIdOf(await bucket.send({ method: "HEAD", objectKey })), versionId)
    }
  })

  test("returns no version id where versions were never kept", async () => {
    const bucket = await freshBucket()
    const put = await bucket.put("a", "x")
    const got = await bucket.get("a")
    const deleted = await bucket.send({ method: "DELETE", objectKey: "a" })
    for (const { headers } of [put, got, deleted]) {
      assert.equal(headers[VERSION], undefined)
      assert.equal(headers[MARKER], undefined)
    }
  })

  test("a delete marker hides the object, and disappears when it is deleted by its id", async () => {
    const bucket = await versionedBucket()
    const versionId = versionIdOf(await bucket.put("a", "kept"))
    const deleted = await bucket.send({ method: "DELETE", objectKey: "a" })
    assert.equal(deleted.status, 204)
    assert.equal(deleted.headers[MARKER], "true")
    const marker = versionIdOf(deleted)
    for (const method of ["GET", "HEAD"]) {
      const hidden = await bucket.send({ method, objectKey: "a" })
      assert.equal(`${hidden.status} ${hidden.code}`, "404 NoSuchKey")
      assert.equal(hidden.headers[MARKER], "true")
      assert.equal(hidden.headers[VERSION], marker)
      const query = { versionId: marker }
      const refused = await bucket.send({ method, objectKey: "a", query })
      assert.equal(`${refused.status} ${refused.code}`, "405 MethodNotAllowed")
      assert.equal(refused.headers["allow"], "DELETE")
      if (method === "GET") {
        assert.equal(textOf(refused, "Method"), "GET")
        assert.equal(textOf(refused, "ResourceType"), "DeleteMarker")
      }
      assert.equal(refused.headers[MARKER], "true")
      assert.equal(refused.headers[VERSION], marker)
    }
    assert.equal((await bucket.get("a", { versionId })).body.toString(), "kept")
    const query = { versionId: marker }
    const removed = await bucket.send({ method: "DELETE", objectKey: "a", query })
    assert.equal(removed.status, 204)
    assert.equal(removed.headers[MARKER], "true")
    assert.equal(removed.headers[VERSION], marker)
    assert.equal((await bucket.get("a")).body.toString(), "kept")
  })

  test("deleting a version by its id is permanent, and the previous version becomes the newest", async () => {
    const bucket = await versionedBucket()
    const ids: string[] = []
    for (const body of ["1", "2", "3"]) ids.push(versionIdOf(await bucket.put("a", body)))
    for (const expected of ["3", "2", "1"]) {
      assert.equal((await bucket.get("a")).body.toString(), expected)
      const query = { versionId: ids.pop() ?? "" }
      const deleted = await bucket.send({ method: "DELETE", objectKey: "a", query })
      assert.equal(deleted.status, 204)
      assert.equal(deleted.headers[VERSION], query.versionId)
      assert.equal(deleted.headers[MARKER], undefined)
      assert.equal(
        await bucket.codeOf({ method: "GET", objectKey: "a", query }),
        "404 NoSuchVersion",
      )
    }
    const gone = await bucket.get("a")
    assert.equal(gone.code, "NoSuchKey")
    assert.equal(gone.headers[MARKER], undefined)
  })

  test("an id that no version has gets 404 NoSuchVersion, and an invalid one 400 InvalidArgument", async () => {
    for (const bucket of [await versionedBucket(), await freshBucket()]) {
      await bucket.put("a", "x")
      for (const method of ["GET", "HEAD"]) {
        for (const [objectKey, versionId, code] of [
          ["a", UNKNOWN_ID, "404 NoSuchVersion"],
          ["none", UNKNOWN_ID, "404 NoSuchVersion"],
          ["none", "null", "404 NoSuchVersion"],
          ["a", "no id", "400 InvalidArgument"],
          ["a", "", "400 InvalidArgument"],
        ] as const) {
          const query = { versionId }
          assert.equal(await bucket.codeOf({ method, objectKey, query }), code)
        }
      }
      const query = { versionId: UNKNOWN_ID }
      assert.equal(await bucket.codeOf({ method: "DELETE", objectKey: "a", query }), "204")
      assert.equal((await bucket.get("a")).body.toString(), "x")
    }
  })

  test("a copy uses the version that its source names", async () => {
    const bucket = await versionedBucket()
    const first = versionIdOf(await bucket.put("dir/a b+c", "first"))
    await bucket.put("dir/a b+c", "second")
    const marker = versionIdOf(await bucket.send({ method: "DELETE", objectKey: "dir/a b+c" }))
    const source = `/${await nameOf(bucket)}/${encodeURIComponent("dir/a b+c")}`
    const copied = await bucket.put("copy", "", {
      "x-oss-copy-source": `${source}?versionId=${first}`,
    })
    assert.equal(copied.headers["x-oss-copy-source-version-id"], first)
    assert.equal((await bucket.get("copy")).body.toString(), "first")
    for (const [suffix, code] of [
      ["", "404 NoSuchKey"],
      [`?versionId=${UNKNOWN_ID}`, "404 NoSuchVersion"],
      ["?versionId=x", "400 InvalidArgument"],
      [`?versionId=${first}?`, "400 InvalidArgument"],
      ["?other=x", "400 InvalidArgument"],
      [`?versionId=${marker}`, "400 InvalidArgument"],
    ] as const) {
      const headers = { "x-oss-copy-source": `${source}${suffix}` }
      assert.equal(await bucket.codeOf({ method: "PUT", objectKey: "copy", headers }), code)
    }
    assert.equal((await bucket.get("copy")).body.toString(), "first")
  })

  test("an older version copied onto its own name becomes the newest again", async () => {
    const bucket = await versionedBucket()
    const first = versionIdOf(await bucket.put("a", "first"))
    await bucket.put("a", "second")
    const source = `/${await nameOf(bucket)}/a?versionId=${first}`
    const copied = await bucket.put("a", "", { "x-oss-copy-source": source })
    assert.notEqual(versionIdOf(copied), first)
    assert.equal((await bucket.get("a")).body.toString(), "first")
  })

  test("each version keeps its own encryption and attributes, and reads back", async () => {
    const bucket = await versionedBucket()
    const dataEncryption = "x-oss-server-side-data-encryption"
    const settings: Record<string, string>[] = [
      {},
      { [HEADER]: "AES256" },
      { [HEADER]: "KMS" },
      { [HEADER]: "SM4" },
      { [HEADER]: "KMS", [dataEncryption]: "SM4" },
    ]
    const stored = []
    for (const [index, headers] of settings.entries()) {
      for (const sizeBytes of [10, 100_000]) {
        const content = Buffer.alloc(sizeBytes, index + 1)
        const put = await bucket.put("a", content, { ...headers, "x-oss-meta-index": `${index}` })
        stored.push({ versionId: versionIdOf(put), headers, content, index })
      }
    }
    for (const { versionId, headers, content, index } of stored) {
      const got = await bucket.get("a", { versionId })
      assert.deepEqual(got.body, content)
      assert.equal(got.headers[HEADER], headers[HEADER])
      assert.equal(got.headers[dataEncryption], headers[dataEncryption])
      assert.equal(got.headers[`${HEADER}-key-id`] !== undefined, headers[HEADER] === "KMS")
      assert.equal(got.headers["x-oss-meta-index"], String(index))
    }
  })

  test("an ACL is set and returned for each version", async () => {
    const bucket = await versionedBucket()
    const query = { acl: "", versionId: versionIdOf(await bucket.put("a", "1")) }
    await bucket.put("a", "2")
    const headers = { "x-oss-object-acl": "public-read" }
    const set = await bucket.send({ method: "PUT", objectKey: "a", query, headers })
    assert.equal(set.headers[VERSION], query.versionId)
    const told = await bucket.send({ method: "GET", objectKey: "a", query })
    assert.equal(textOf(told, "Grant"), "public-read")
    assert.equal(textOf(await bucket.get("a", { acl: "" }), "Grant"), "default")
    const anonymous = { method: "GET", objectKey: "a", anonymous: true }
    assert.equal(await bucket.codeOf(anonymous), "403 AccessDenied")
    const old = { versionId: query.versionId }
    assert.equal((await bucket.send({ ...anonymous, query: old })).body.toString(), "1")
  })

  test("forbid-overwrite has no effect once versions were kept, and has it before", async () => {
    const bucket = await freshBucket()
    const headers = { "x-oss-forbid-overwrite": "true" }
    await bucket.put("a", "1", headers)
    assert.equal(
      await bucket.codeOf({ method: "PUT", objectKey: "a", headers }),
      "409 FileAlreadyExists",
    )
    for (const status of ["Enabled", "Suspended"] as const) {
      await bucket.setVersioning(status)
      await bucket.put("a", status, headers)
      assert.equal((await bucket.get("a")).body.toString(), status)
    }
  })

  test("an object from before is the version null, which suspended writes and deletions replace", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "before")
    await bucket.setVersioning("Enabled")
    assert.equal((await bucket.get("a")).headers[VERSION], "null")
    const kept = versionIdOf(await bucket.put("a", "kept"))
    assert.equal((await bucket.get("a", { versionId: "null" })).body.toString(), "before")
    await bucket.setVersioning("Suspended")
    for (const body of ["small", Buffer.alloc(200_000, 1), "again"]) {
      assert.equal(versionIdOf(await bucket.put("a", body)), "null")
      assert.deepEqual((await bucket.get("a")).body, Buffer.from(body))
      assert.deepEqual((await bucket.get("a", { versionId: "null" })).body, Buffer.from(body))
      assert.equal((await bucket.get("a", { versionId: kept })).body.toString(), "kept")
    }
    const deleted = await bucket.send({ method: "DELETE", objectKey: "a" })
    assert.equal(deleted.headers[MARKER], "true")
    assert.equal(versionIdOf(deleted), "null")
    assert.equal((await bucket.get("a")).code, "NoSuchKey")
    assert.equal((await bucket.get("a", { versionId: "null" })).code, "MethodNotAllowed")
    const query = { versionId: "null" }
    await bucket.send({ method: "DELETE", objectKey: "a", query })
    assert.equal((await bucket.get("a")).body.toString(), "kept")
    assert.equal((await bucket.get("a")).headers[VERSION], kept)
    assert.equal((await bucket.get("a", query)).code, "NoSuchVersion")
  })

  test("versionId=null names the object where versions were never kept", async () => {
    const bucket = await freshBucket()
    await bucket.put("a", "x")
    const query = { versionId: "null" }
    assert.equal((await bucket.get("a", query)).body.toString(), "x")
    const deleted = await bucket.send({ method: "DELETE", objectKey: "a", query })
    assert.deepEqual([deleted.status, deleted.headers[VERSION]], [204, undefined])
    assert.equal((await bucket.get("a")).code, "NoSuchKey")
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
  })

  test("a bucket can be deleted only when no version and no marker remains", async () => {
    const bucket = await versionedBucket()
    const versionId = versionIdOf(await bucket.put("a", "x"))
    const marker = versionIdOf(await bucket.send({ method: "DELETE", objectKey: "a" }))
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "409 BucketNotEmpty")
    await bucket.send({ method: "DELETE", objectKey: "a", query: { versionId } })
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "409 BucketNotEmpty")
    await bucket.send({ method: "DELETE", objectKey: "a", query: { versionId: marker } })
    assert.equal(await bucket.codeOf({ method: "DELETE" }), "204")
  })
})

async function nameOf(bucket: BucketClient): Promise<string> {
  return textOf(await bucket.send({ method: "GET", query: { bucketInfo: "" } }), "Name")
}

// Every method of ali-oss that maps to an operation of osseal, with both of its signature versions. Run by node --test
// from a folder where ali-oss is installed; the environment names the server.
import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { after, before, describe, test } from "node:test"
import OSS from "ali-oss"

interface Result {
  readonly res: { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  readonly [name: string]: unknown
}

type Call = (name: string, ...args: readonly unknown[]) => Promise<Result>

const { env } = process
const CMK = env["OSS_TEST_CMK"] ?? ""
const SSE = "x-oss-server-side-encryption"
const PART_BYTES = 100 * 1024

/** Calls by name, since the client's type declarations lack some. */
function calling(oss: OSS): Call {
  return async (name, ...args) => {
    const method: unknown = Reflect.get(oss, name)
    assert(typeof method === "function", `ali-oss has no ${name}`)
    return (await Reflect.apply(method, oss, args)) as Result
  }
}

/** The code of the error that a call must end with. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    return (error as { code: string }).code
  }
  return "no error"
}

async function collect(stream: unknown): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function names(list: unknown): string[] {
  return ((list ?? []) as { name: string }[]).map(({ name }) => name)
}

function client(isV4: boolean, bucket?: string): OSS {
  const options = {
    region: `oss-${env["OSS_TEST_REGION"]}`,
    endpoint: env["OSS_TEST_ENDPOINT"] ?? "",
    accessKeyId: env["OSS_TEST_ACCESS_KEY_ID"] ?? "",
    accessKeySecret: env["OSS_TEST_ACCESS_KEY_SECRET"] ?? "",
    authorizationV4: isV4,
  }
  return new OSS(bucket === undefined ? options : { ...options, bucket })
}

for (const version of ["V1", "V4"] as const) {
  describe(version, () => {
    const isV4 = version === "V4"
    const bucket = `ali-oss-${version.toLowerCase()}-${randomBytes(4).toString("hex")}`
    const oss = client(isV4, bucket)
    const call = calling(oss)
    const folder = mkdtempSync(join(tmpdir(), "ali-oss-"))
    const file = join(folder, "file.bin")
    const large = randomBytes(3 * PART_BYTES + 17)

    before(async () => {
      writeFileSync(file, large)
      await call("putBucket", bucket)
    })

    after(() => {
      rmSync(folder, { recursive: true, force: true })
    })

    test("putBucket, listBuckets, getBucketInfo, getBucketLocation, getBucketStat, deleteBucket", async () => {
      const other = `${bucket}-other`
      await call("putBucket", other, { storageClass: "IA", acl: "public-read" })
      const listed = await call("listBuckets", { prefix: bucket })
      assert.deepEqual(names(listed["buckets"]), [bucket, other])
      const page = await call("listBuckets", { prefix: bucket, "max-keys": 1 })
      assert.deepEqual([page["isTruncated"], page["nextMarker"]], [true, bucket])
      const info = (await call("getBucketInfo", other))["bucket"] as Record<string, unknown>
      assert.deepEqual([info["Name"], info["StorageClass"]], [other, "IA"])
      assert.equal(
        (await call("getBucketLocation", other))["location"],
        `oss-${env["OSS_TEST_REGION"]}`,
      )
      const { stat } = await call("getBucketStat", other)
      assert.equal((stat as { ObjectCount: string }).ObjectCount, "0")
      await call("deleteBucket", other)
      assert.equal(await codeOf(call("getBucketInfo", other)), "NoSuchBucket")
    })

    test("useBucket, setBucket and getBucket name the bucket of later calls", async () => {
      const plain = client(isV4)
      plain.useBucket(bucket)
      assert.equal(
        Reflect.apply(Reflect.get(plain, "getBucket") as () => string, plain, []),
        bucket,
      )
      await calling(plain)("put", "used", Buffer.from("x"))
      assert.equal((await call("head", "used")).res.status, 200)
    })

    test("putBucketACL, getBucketACL", async () => {
      for (const acl of ["public-read-write", "public-read", "private"]) {
        await call("putBucketACL", bucket, acl)
        assert.equal((await call("getBucketACL", bucket))["acl"], acl)
      }
    })

    test("putBucketEncryption, getBucketEncryption, deleteBucketEncryption", async () => {
      for (const rule of [
        { SSEAlgorithm: "AES256" },
        { SSEAlgorithm: "KMS", KMSMasterKeyID: CMK },
      ]) {
        await call("putBucketEncryption", bucket, rule)
        assert.deepEqual((await call("getBucketEncryption", bucket))["encryption"], rule)
        const put = await call("put", "by-default", Buffer.from("secret"))
        assert.equal(put.res.headers[SSE], rule.SSEAlgorithm)
        assert.equal(String((await call("get", "by-default"))["content"]), "secret")
      }
      await call("deleteBucketEncryption", bucket)
      assert.equal(
        await codeOf(call("getBucketEncryption", bucket)),
        "NoSuchServerSideEncryptionRule",
      )
    })

    test("put and get of a buffer, a file and a stream", async () => {
      const text = Buffer.from("plain text")
      await call("put", "dir/a b+c.txt", text, { meta: { who: "me" }, mime: "text/plain" })
      const got = await call("get", "dir/a b+c.txt")
      assert.deepEqual(got["content"], text)
      assert.equal(got.res.headers["x-oss-meta-who"], "me")
      assert.match(got.res.headers["content-type"] ?? "", /^text\/plain/)
      await call("put", "file", file)
      const target = join(folder, "got.bin")
      await call("get", "file", target)
      assert.ok(readFileSync(target).equals(large))
      await call("put", "sized", Readable.from([text]), { contentLength: text.length })
      assert.deepEqual((await call("get", "sized"))["content"], text)
    })

    test("putStream and getStream, ranges and conditions", async () => {
      await call("putStream", "stream", Readable.from([large.subarray(0, 99), large.subarray(99)]))
      assert.ok((await collect((await call("getStream", "stream"))["stream"])).equals(large))
      const range = await call("get", "stream", { headers: { Range: "bytes=10-19" } })
      assert.deepEqual([range.res.status, range["content"]], [206, large.subarray(10, 20)])
      const past = new Date(0).toUTCString()
      const head = call("head", "stream", { headers: { "If-Unmodified-Since": past } })
      assert.equal(await codeOf(head), "PreconditionFailed")
      assert.equal(await codeOf(call("get", "none")), "NoSuchKey")
    })

    test("head and getObjectMeta", async () => {
      await call("put", "meta", Buffer.from("12345"), { meta: { a: "b" } })
      const head = await call("head", "meta")
      assert.deepEqual([head.res.headers["content-length"], head["meta"]], ["5", { a: "b" }])
      const meta = await call("getObjectMeta", "meta")
      assert.equal(meta.res.headers["content-length"], "5")
      assert.equal(meta.res.headers["etag"], head.res.headers["etag"])
    })

    test("copy with and without metadata of its own, putMeta", async () => {
      await call("put", "source", Buffer.from("copied"), { meta: { from: "source" } })
      await call("copy", "copy", "source")
      assert.deepEqual((await call("head", "copy"))["meta"], { from: "source" })
      await call("copy", "copy", "source", { meta: { from: "copy" } })
      assert.deepEqual((await call("head", "copy"))["meta"], { from: "copy" })
      await call("putMeta", "copy", { from: "put" }, {})
      assert.deepEqual((await call("head", "copy"))["meta"], { from: "put" })
      await call("copy", "copied-encrypted", "source", { headers: { [SSE]: "AES256" } })
      assert.equal((await call("head", "copied-encrypted")).res.headers[SSE], "AES256")
    })

    test("encryption by header of put, multipart and append", async () => {
      for (const headers of [{ [SSE]: "AES256" }, { [SSE]: "KMS", [`${SSE}-key-id`]: CMK }]) {
        for (const [name, answered] of [
          ["sealed-put", await call("put", "sealed-put", large, { headers })],
          [
            "sealed-parts",
            await call("multipartUpload", "sealed-parts", file, { partSize: PART_BYTES, headers }),
          ],
        ] as const) {
          assert.equal(answered.res.headers[SSE], headers[SSE], name)
          const got = await call("get", name)
          assert.ok((got["content"] as Buffer).equals(large))
          assert.equal(got.res.headers[SSE], headers[SSE], name)
        }
      }
    })

    test("list and listV2, by prefix, delimiter, marker and token", async () => {
      const objects = ["l/1", "l/2", "l/sub/3", "l/中 文"]
      for (const name of objects) await call("put", name, Buffer.from("x"))
      const whole = await call("list", { prefix: "l/" })
      assert.deepEqual(names(whole["objects"]), objects)
      const page = await call("list", { prefix: "l/", delimiter: "/", "max-keys": 2 })
      assert.deepEqual([names(page["objects"]), page["isTruncated"]], [["l/1", "l/2"], true])
      const rest = await call("list", { prefix: "l/", delimiter: "/", marker: page["nextMarker"] })
      assert.deepEqual([rest["prefixes"], names(rest["objects"])], [["l/sub/"], ["l/中 文"]])
      const first = await call("listV2", { prefix: "l/", "max-keys": 3 })
      assert.equal(first["keyCount"], 3)
      const second = await call("listV2", {
        prefix: "l/",
        "continuation-token": first["nextContinuationToken"],
      })
      assert.deepEqual([...names(first["objects"]), ...names(second["objects"])], objects)
    })

    test("delete and deleteMulti", async () => {
      const doomed = ["d/1", "d/2 &<>'\"", "d/中"]
      for (const name of doomed) await call("put", name, Buffer.from("x"))
      assert.equal((await call("delete", "d/1")).res.status, 204)
      const deleted = await call("deleteMulti", doomed)
      assert.deepEqual(
        (deleted["deleted"] as { Key: string }[]).map(({ Key }) => Key).sort(),
        [...doomed].sort(),
      )
      await call("deleteMulti", ["d/none"], { quiet: true })
      assert.deepEqual(names((await call("list", { prefix: "d/" }))["objects"]), [])
    })

    test("putACL and getACL", async () => {
      await call("put", "acl", Buffer.from("x"))
      for (const acl of ["public-read", "private", "default"]) {
        await call("putACL", "acl", acl)
        assert.equal((await call("getACL", "acl"))["acl"], acl)
      }
    })

    test("append", async () => {
      const first = await call("append", "log", Buffer.from("one "))
      await call("append", "log", Buffer.from("two"), { position: first["nextAppendPosition"] })
      assert.equal(String((await call("get", "log"))["content"]), "one two")
      const again = call("append", "log", Buffer.from("x"), { position: 1 })
      assert.equal(await codeOf(again), "PositionNotEqualToLength")
    })

    test("initMultipartUpload, uploadPart, uploadPartCopy, listParts, listUploads, completeMultipartUpload, abortMultipartUpload", async () => {
      await call("put", "part-source", large)
      const { uploadId } = await call("initMultipartUpload", "parts")
      const part = await call("uploadPart", "parts", uploadId, 1, file, 0, PART_BYTES)
      const source = { sourceKey: "part-source", sourceBucketName: bucket }
      const range = `${PART_BYTES}-${large.length - 1}`
      const copied = await call("uploadPartCopy", "parts", uploadId, 2, range, source)
      const parts = (await call("listParts", "parts", uploadId))["parts"] as { Size: string }[]
      assert.deepEqual(
        parts.map(({ Size }) => Number(Size)),
        [PART_BYTES, large.length - PART_BYTES],
      )
      assert.deepEqual(names((await call("listUploads", { "max-uploads": 10 }))["uploads"]), [
        "parts",
      ])
      const listed = [part, copied].map(({ etag, res }, index) => ({
        number: index + 1,
        etag: etag ?? res.headers["etag"],
      }))
      await call("completeMultipartUpload", "parts", uploadId, listed)
      assert.ok(((await call("get", "parts"))["content"] as Buffer).equals(large))
      const given = await call("initMultipartUpload", "given-up")
      assert.equal(
        (await call("abortMultipartUpload", "given-up", given["uploadId"])).res.status,
        204,
      )
      assert.equal(await codeOf(call("listParts", "given-up", given["uploadId"])), "NoSuchUpload")
    })

    test("multipartUpload resumes from a checkpoint", async () => {
      const checkpoints: unknown[] = []
      const progress = (done: number, checkpoint: unknown): void => {
        if (checkpoint !== undefined) checkpoints.push(structuredClone(checkpoint))
        if (done > 0.4 && checkpoints.length > 0) oss.cancel()
      }
      const options = { partSize: PART_BYTES, parallel: 1 }
      await call("multipartUpload", "resumed", file, { ...options, progress }).catch(
        () => undefined,
      )
      const checkpoint = checkpoints.at(-1)
      assert.notEqual(checkpoint, undefined, "a checkpoint was told")
      await call("multipartUpload", "resumed", file, { ...options, checkpoint })
      assert.ok(((await call("get", "resumed"))["content"] as Buffer).equals(large))
    })

    test("multipartUploadCopy", async () => {
      await call("put", "copied-by-parts", large)
      const source = { sourceKey: "copied-by-parts", sourceBucketName: bucket }
      await call("multipartUploadCopy", "parts-copy", source, { partSize: PART_BYTES })
      assert.ok(((await call("get", "parts-copy"))["content"] as Buffer).equals(large))
    })

    test("signatureUrl, asyncSignatureUrl and signatureUrlV4 for GET and PUT", async () => {
      const body = Buffer.from("by url")
      const urlOf = async (name: string, ...args: readonly unknown[]): Promise<string> => {
        const url: unknown = await call(name, ...args)
        assert(typeof url === "string")
        return url
      }
      const put = oss.signatureUrl("by url+.txt", { method: "PUT", "Content-Type": "text/plain" })
      const stored = await fetch(put, {
        method: "PUT",
        body,
        headers: { "content-type": "text/plain" },
      })
      assert.equal(stored.status, 200, await stored.text())
      const overridden = { response: { "content-disposition": "attachment" } }
      const urls = [
        oss.signatureUrl("by url+.txt", overridden),
        await urlOf("asyncSignatureUrl", "by url+.txt", overridden),
        await urlOf("signatureUrlV4", "GET", 60, { headers: {} }, "by url+.txt"),
      ]
      for (const url of urls) {
        const got = await fetch(url)
        assert.deepEqual([got.status, await got.text()], [200, "by url"], url)
      }
      const answered = await fetch(urls[0] ?? "")
      assert.equal(answered.headers.get("content-disposition"), "attachment")
      assert.equal((await fetch((urls[0] ?? "").replace(/Signature=./, "Signature=_"))).status, 403)
      const putV4 = await urlOf("signatureUrlV4", "PUT", 60, { headers: {} }, "v4")
      assert.equal((await fetch(putV4, { method: "PUT", body })).status, 200)
      assert.deepEqual((await call("get", "v4"))["content"], body)
    })

    test("generateObjectUrl and getObjectUrl lead to a public object", async () => {
      await call("put", "public", Buffer.from("for all"), {
        headers: { "x-oss-object-acl": "public-read" },
      })
      const urls = [
        oss.generateObjectUrl("public"),
        oss.getObjectUrl("public", `http://${bucket}.oss-${env["OSS_TEST_REGION"]}.aliyuncs.com/`),
      ]
      for (const url of urls) assert.equal(await (await fetch(url)).text(), "for all", url)
    })

    test("putBucketVersioning, getBucketVersioning, getBucketVersions, versions of get, copy and delete", async () => {
      const inVersioned = calling(client(isV4, `${bucket}-versions`))
      await inVersioned("putBucket", `${bucket}-versions`)
      await inVersioned("putBucketVersioning", `${bucket}-versions`, "Enabled")
      assert.equal(
        (await inVersioned("getBucketVersioning", `${bucket}-versions`))["versionStatus"],
        "Enabled",
      )
      const ids: string[] = []
      for (const text of ["old", "new"]) {
        const put = await inVersioned("put", "a", Buffer.from(text))
        ids.push(put.res.headers["x-oss-version-id"] ?? "")
      }
      const [old] = ids
      assert.equal(String((await inVersioned("get", "a", { versionId: old }))["content"]), "old")
      await inVersioned("copy", "b", "a", { versionId: old })
      assert.equal(String((await inVersioned("get", "b"))["content"]), "old")
      const gone = await inVersioned("delete", "a")
      assert.equal(gone.res.headers["x-oss-delete-marker"], "true")
      const listed = await inVersioned("getBucketVersions", { prefix: "a" })
      assert.deepEqual(
        [names(listed["objects"]), names(listed["deleteMarker"])],
        [["a", "a"], ["a"]],
      )
      await inVersioned("delete", "a", { versionId: gone.res.headers["x-oss-version-id"] })
      assert.equal(String((await inVersioned("get", "a"))["content"]), "new")
      const doomed = [...ids.map((versionId) => ({ key: "a", versionId }))]
      await inVersioned("deleteMulti", doomed)
      assert.equal(await codeOf(inVersioned("get", "a")), "NoSuchKey")
    })

    test("a body's digest is the one that the client computes", async () => {
      const put = await call("put", "digest", large)
      const md5 = createHash("md5").update(large).digest()
      assert.equal(put.res.headers["etag"], `"${md5.toString("hex").toUpperCase()}"`)
      assert.equal(put.res.headers["content-md5"], md5.toString("base64"))
    })
  })
}

// Every method of ali-oss, with both of its signatures: it works, or the server refuses it by name.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { Readable } from "node:stream"
import { after, before, describe, test } from "node:test"
import OSS from "ali-oss"
import { OPERATIONS } from "../../src/oss/operations/index.ts"
import { BUCKET, LOCAL, REFUSED } from "./ali-oss-refused.ts"
import { aliOss, startMemoryServer, type TestServer } from "./running-server.ts"

interface Answer {
  readonly res: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly data: unknown
  }
  readonly [field: string]: unknown
}

/** The client as a JavaScript program sees it; its declarations lack many of its methods. */
type Client = Readonly<Record<string, (...input: unknown[]) => Promise<Answer>>>
type Call = (oss: Client, bucket: string) => Promise<void>

/** The client writes into the headers that it receives. */
const kms = (): object => ({ "x-oss-server-side-encryption": "KMS" })
const PART_BYTES = 102_400

function headerOf({ res }: Answer, name: string): string | undefined {
  return res.headers[name]
}

async function call(oss: Client, method: string, ...input: unknown[]): Promise<Answer> {
  const found = oss[method]
  if (found === undefined) return assert.fail(`ali-oss has no method ${method}`)
  return await found.apply(oss, input)
}

/** The error with which the server refused a call. A few methods do not check the status, and return whatever came. */
async function refusalOf(called: Promise<Answer>): Promise<string> {
  try {
    const { res } = await called
    return res.status >= 400 ? String(res.data) : `status ${res.status}`
  } catch (error) {
    return String((error as { code: unknown }).code)
  }
}

/** The content of an object, as text. */
async function read(oss: Client, name: string, options: object = {}): Promise<string> {
  return String((await call(oss, "get", name, options))["content"])
}

async function beginUpload(oss: Client, name: string): Promise<string> {
  return String((await call(oss, "initMultipartUpload", name, { headers: kms() }))["uploadId"])
}

async function fetchText(url: unknown): Promise<string> {
  return await (await fetch(String(url))).text()
}

/** The request, and its expected result. Each finds the bucket with the object "a", which contains "hello". */
const WORKS: Readonly<Record<string, Call>> = {
  async abortMultipartUpload(oss) {
    const uploadId = await beginUpload(oss, "aborted")
    await call(oss, "abortMultipartUpload", "aborted", uploadId)
    await assert.rejects(call(oss, "listParts", "aborted", uploadId), { code: "NoSuchUpload" })
  },
  async append(oss) {
    const first = await call(oss, "append", "log", Buffer.from("one "))
    const position = first["nextAppendPosition"]
    await call(oss, "append", "log", Buffer.from("two"), { position })
    assert.equal(await read(oss, "log"), "one two")
  },
  async completeMultipartUpload(oss) {
    const uploadId = await beginUpload(oss, "completed")
    const content = randomBytes(PART_BYTES + 1)
    const parts = []
    for (const [number, start, end] of [
      [1, 0, PART_BYTES],
      [2, PART_BYTES, PART_BYTES + 1],
    ] as const) {
      const sent = await call(oss, "uploadPart", "completed", uploadId, number, content, start, end)
      parts.push({ number, etag: sent["etag"] })
    }
    const done = await call(oss, "completeMultipartUpload", "completed", uploadId, parts)
    assert.equal(headerOf(done, "x-oss-server-side-encryption"), "KMS")
    assert.deepEqual((await call(oss, "get", "completed"))["content"], content)
  },
  async copy(oss) {
    await call(oss, "copy", "copied", "a", { headers: kms() })
    assert.equal(await read(oss, "copied"), "hello")
    const head = await call(oss, "head", "copied")
    assert.equal(headerOf(head, "x-oss-server-side-encryption"), "KMS")
  },
  async delete(oss) {
    await call(oss, "delete", "a")
    await assert.rejects(call(oss, "get", "a"), { code: "NoSuchKey" })
  },
  async deleteBucket(oss, bucket) {
    await assert.rejects(call(oss, "deleteBucket", bucket), { code: "BucketNotEmpty" })
    await call(oss, "delete", "a")
    await call(oss, "deleteBucket", bucket)
    await assert.rejects(call(oss, "list"), { code: "NoSuchBucket" })
  },
  async deleteBucketEncryption(oss, bucket) {
    await call(oss, "putBucketEncryption", bucket, { SSEAlgorithm: "KMS" })
    await call(oss, "deleteBucketEncryption", bucket)
    const found = call(oss, "getBucketEncryption", bucket)
    await assert.rejects(found, { code: "NoSuchServerSideEncryptionRule" })
  },
  async deleteMulti(oss) {
    const { deleted } = await call(oss, "deleteMulti", ["a", "never there"])
    assert.equal((deleted as unknown[]).length, 2)
  },
  async get(oss) {
    assert.equal(await read(oss, "a", { headers: { Range: "bytes=1-3" } }), "ell")
  },
  async getACL(oss) {
    assert.equal((await call(oss, "getACL", "a"))["acl"], "default")
  },
  async getBucketACL(oss, bucket) {
    assert.equal((await call(oss, "getBucketACL", bucket))["acl"], "private")
  },
  async getBucketEncryption(oss, bucket) {
    await call(oss, "putBucketEncryption", bucket, { SSEAlgorithm: "AES256" })
    const { encryption } = await call(oss, "getBucketEncryption", bucket)
    assert.partialDeepStrictEqual(encryption, { SSEAlgorithm: "AES256" })
  },
  async getBucketInfo(oss, bucket) {
    const { bucket: found } = await call(oss, "getBucketInfo", bucket)
    assert.partialDeepStrictEqual(found, { Name: bucket, Location: "oss-cn-hangzhou" })
  },
  async getBucketLocation(oss, bucket) {
    assert.equal((await call(oss, "getBucketLocation", bucket))["location"], "oss-cn-hangzhou")
  },
  async getBucketStat(oss, bucket) {
    const { stat } = await call(oss, "getBucketStat", bucket)
    assert.partialDeepStrictEqual(stat, { Storage: "5", ObjectCount: "1" })
  },
  async getBucketVersioning(oss, bucket) {
    await call(oss, "putBucketVersioning", bucket, "Suspended")
    const { versionStatus } = await call(oss, "getBucketVersioning", bucket)
    assert.equal(versionStatus, "Suspended")
  },
  async getBucketVersions(oss) {
    assert.equal((await call(oss, "getBucketVersions"))["objects"] instanceof Array, true)
  },
  async getObjectMeta(oss) {
    assert.equal(headerOf(await call(oss, "getObjectMeta", "a"), "content-length"), "5")
  },
  async getStream(oss) {
    const { stream } = await call(oss, "getStream", "a")
    assert.equal(Buffer.concat(await (stream as Readable).toArray()).toString(), "hello")
  },
  async head(oss) {
    assert.equal(headerOf(await call(oss, "head", "a"), "x-oss-object-type"), "Normal")
  },
  async initMultipartUpload(oss) {
    assert.match(await beginUpload(oss, "begun"), /^[0-9A-F]{32}$/)
  },
  async list(oss) {
    await call(oss, "put", "folder/b", Buffer.from("b"))
    const { objects, prefixes } = await call(oss, "list", { delimiter: "/" })
    assert.partialDeepStrictEqual(objects, [{ name: "a", size: 5, type: "Normal" }])
    assert.deepEqual(prefixes, ["folder/"])
  },
  async listBuckets(oss, bucket) {
    const { buckets } = await call(oss, "listBuckets", { prefix: bucket })
    assert.partialDeepStrictEqual(buckets, [{ name: bucket }])
  },
  async listObjectVersions(oss, bucket) {
    await call(oss, "putBucketVersioning", bucket, "Enabled")
    await call(oss, "put", "a", Buffer.from("again"))
    await call(oss, "delete", "a")
    const found = await call(oss, "listObjectVersions")
    assert.equal((found["objects"] as unknown[]).length, 2)
    assert.equal((found["deleteMarker"] as unknown[]).length, 1)
  },
  async listParts(oss) {
    const uploadId = await beginUpload(oss, "listed")
    await call(oss, "uploadPart", "listed", uploadId, 7, Buffer.from("part"), 0, 4)
    const { parts } = await call(oss, "listParts", "listed", uploadId)
    assert.partialDeepStrictEqual(parts, { PartNumber: "7", Size: "4" })
  },
  async listUploads(oss) {
    const uploadId = await beginUpload(oss, "under way")
    const { uploads } = await call(oss, "listUploads", { "max-uploads": 10 })
    assert.partialDeepStrictEqual(uploads, [{ name: "under way", uploadId }])
  },
  async listV2(oss) {
    const { objects, keyCount } = await call(oss, "listV2", { "max-keys": 1 })
    assert.partialDeepStrictEqual(objects, [{ name: "a" }])
    assert.equal(keyCount, 1)
  },
  async multipartUpload(oss) {
    const content = randomBytes(3 * PART_BYTES + 5)
    const options = { partSize: PART_BYTES, parallel: 3, headers: kms() }
    await call(oss, "multipartUpload", "parts", content, options)
    assert.deepEqual((await call(oss, "get", "parts"))["content"], content)
  },
  async multipartUploadCopy(oss, bucket) {
    const content = randomBytes(2 * PART_BYTES + 5)
    await call(oss, "put", "large", content)
    const source = { sourceKey: "large", sourceBucketName: bucket }
    await call(oss, "multipartUploadCopy", "large copy", source, { partSize: PART_BYTES })
    assert.deepEqual((await call(oss, "get", "large copy"))["content"], content)
  },
  async getBucketPolicy(oss, bucket) {
    assert.equal((await call(oss, "getBucketPolicy", bucket))["status"], 404)
  },
  async deleteBucketPolicy(oss, bucket) {
    assert.equal((await call(oss, "deleteBucketPolicy", bucket))["status"], 204)
  },
  async put(oss) {
    const put = await call(oss, "put", "ü+ %2F.txt", Buffer.from("x"), { headers: kms() })
    assert.equal(headerOf(put, "x-oss-server-side-encryption"), "KMS")
    assert.equal(await read(oss, "ü+ %2F.txt"), "x")
  },
  async putACL(oss) {
    await call(oss, "putACL", "a", "public-read")
    assert.equal((await call(oss, "getACL", "a"))["acl"], "public-read")
  },
  async putBucket(oss, bucket) {
    await call(oss, "putBucket", `${bucket}-2`, { acl: "public-read", storageClass: "IA" })
    assert.equal((await call(oss, "getBucketACL", `${bucket}-2`))["acl"], "public-read")
  },
  async putBucketACL(oss, bucket) {
    await call(oss, "putBucketACL", bucket, "public-read-write")
    assert.equal((await call(oss, "getBucketACL", bucket))["acl"], "public-read-write")
  },
  async putBucketEncryption(oss, bucket) {
    await call(oss, "putBucketEncryption", bucket, { SSEAlgorithm: "KMS" })
    await call(oss, "put", "b", Buffer.from("b"))
    const head = await call(oss, "head", "b")
    assert.equal(headerOf(head, "x-oss-server-side-encryption"), "KMS")
  },
  async putBucketVersioning(oss, bucket) {
    await call(oss, "putBucketVersioning", bucket, "Enabled")
    const first = headerOf(await call(oss, "put", "v", Buffer.from("1")), "x-oss-version-id")
    await call(oss, "put", "v", Buffer.from("2"))
    assert.equal(await read(oss, "v", { versionId: first }), "1")
  },
  async putMeta(oss) {
    await call(oss, "putMeta", "a", { author: "me" })
    assert.equal(headerOf(await call(oss, "head", "a"), "x-oss-meta-author"), "me")
    assert.equal(await read(oss, "a"), "hello")
  },
  async putStream(oss) {
    const pieces = Readable.from([Buffer.from("by "), Buffer.from("one")])
    await call(oss, "putStream", "streamed", pieces)
    assert.equal(await read(oss, "streamed"), "by one")
  },
  async signatureUrlV4(oss) {
    assert.equal(
      await fetchText(await call(oss, "signatureUrlV4", "GET", 60, undefined, "a")),
      "hello",
    )
  },
  async signatureUrl(oss) {
    assert.equal(await fetchText(await call(oss, "signatureUrl", "a", { expires: 60 })), "hello")
  },
  async asyncSignatureUrl(oss) {
    const url = await call(oss, "asyncSignatureUrl", "a", { expires: 60 })
    assert.equal(await fetchText(url), "hello")
  },
  async uploadPart(oss) {
    const uploadId = await beginUpload(oss, "one part")
    const sent = await call(oss, "uploadPart", "one part", uploadId, 1, Buffer.from("x"), 0, 1)
    assert.equal(sent["etag"], '"9DD4E461268C8034F5C8564E155C67A6"')
  },
  async uploadPartCopy(oss, bucket) {
    const uploadId = await beginUpload(oss, "from a")
    const source = { sourceKey: "a", sourceBucketName: bucket }
    const { etag } = await call(oss, "uploadPartCopy", "from a", uploadId, 1, "1-3", source)
    await call(oss, "completeMultipartUpload", "from a", uploadId, [{ number: 1, etag }])
    assert.equal(await read(oss, "from a"), "ell")
  },
}

test("the tables name every method of ali-oss", () => {
  const found = new Set<string>()
  let prototype = OSS.prototype as object | null
  while (prototype !== null && prototype !== Object.prototype) {
    for (const name of Object.keys(prototype)) if (!name.startsWith("_")) found.add(name)
    prototype = Object.getPrototypeOf(prototype) as object | null
  }
  const named = [...Object.keys(WORKS), ...Object.keys(REFUSED), ...LOCAL]
  assert.deepEqual(named.toSorted(), [...found].sort())
})

for (const authorizationV4 of [false, true]) {
  describe(`ali-oss with ${authorizationV4 ? "V4" : "V1"} signatures`, () => {
    let server: TestServer
    let buckets = 0
    before(async () => {
      server = await startMemoryServer()
    })
    after(async () => {
      await server.stop()
    })

    async function connect(): Promise<{ oss: Client; bucket: string }> {
      buckets += 1
      const bucket = `methods-${buckets}`
      // Path style, because it signs no URLs for an IP address.
      const endpoint = server.ossEndpoint.replace("127.0.0.1", "localhost")
      const options = { authorizationV4, bucket, endpoint, sldEnable: true }
      const oss = aliOss(server, options) as unknown as Client
      await call(oss, "putBucket", bucket)
      await call(oss, "put", "a", Buffer.from("hello"))
      return { oss, bucket }
    }

    for (const [method, works] of Object.entries(WORKS)) {
      test(`${method} works`, async () => {
        const { oss, bucket } = await connect()
        await works(oss, bucket)
      })
    }

    for (const [method, [operation, ...input]] of Object.entries(REFUSED)) {
      if (operation in OPERATIONS) continue
      test(`${method} is refused as not implemented, and changes nothing`, async () => {
        const { oss, bucket } = await connect()
        const given = input.map((each) => (each === BUCKET ? bucket : each))
        assert.match(await refusalOf(call(oss, method, ...given)), /\bNotImplemented\b/)
        assert.equal(await read(oss, "a"), "hello")
      })
    }
  })
}

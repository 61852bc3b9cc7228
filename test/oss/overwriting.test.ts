// What prevents an object from being replaced, and a body from being stored that differs from what its sender meant.
import assert from "node:assert/strict"
import { request as httpRequest } from "node:http"
import { after, before, describe, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { presignedTarget } from "./presigned.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

const BUCKET = "guarded-bucket"
const FORBID = { "x-oss-forbid-overwrite": "true" }
let server: TestServer

before(async () => {
  server = await startMemoryServer()
  await send({ method: "PUT" })
})

after(async () => {
  await server.stop()
})

async function send(request: SignedRequest): Promise<SignedAnswer> {
  return await sendSigned(server, { bucketName: BUCKET, ...request })
}

async function textOf(objectKey: string): Promise<string> {
  return (await send({ method: "GET", objectKey })).body.toString()
}

/** An upload with one part; returns its id. */
async function beginUpload(objectKey: string): Promise<string> {
  const begun = await send({ method: "POST", objectKey, query: { uploads: "" } })
  const uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ""
  const query = { partNumber: "1", uploadId }
  assert.equal((await send({ method: "PUT", objectKey, query, body: "part" })).status, 200)
  return uploadId
}

/**
 * A PUT that forbids overwriting. Its body ends when the returned function is called, which resolves with the status.
 */
function slowPut(objectKey: string): () => Promise<number> {
  const path = presignedTarget({ method: "PUT", bucketName: BUCKET, objectKey, headers: FORBID })
  const headers = { ...FORBID, "content-length": "4" }
  const request = httpRequest({
    port: new URL(server.ossEndpoint).port,
    method: "PUT",
    path,
    headers,
  })
  const status = new Promise<number>((resolve, reject) => {
    request.on("response", (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on("error", reject)
  })
  request.write("ab")
  return () => {
    request.end("cd")
    return status
  }
}

describe("x-oss-forbid-overwrite", () => {
  test("lets an object be created but not replaced, by PutObject and by CopyObject", async () => {
    const put = { method: "PUT", objectKey: "put", headers: FORBID } as const
    assert.equal((await send({ ...put, body: "first" })).status, 200)
    assert.equal((await send({ ...put, body: "second" })).code, "FileAlreadyExists")
    const headers = { ...FORBID, "x-oss-copy-source": `/${BUCKET}/put` }
    const copy = { method: "PUT", objectKey: "copy", headers } as const
    assert.equal((await send(copy)).status, 200)
    assert.equal((await send(copy)).code, "FileAlreadyExists")
    assert.equal(await textOf("put"), "first")
    const replaced = await send({ method: "PUT", objectKey: "put", body: "second" })
    assert.equal(replaced.status, 200)
    assert.equal(await textOf("put"), "second")
  })

  test("lets exactly one of many writers create an object", async () => {
    const puts = Array.from({ length: 4 }, () => slowPut("race"))
    await delay(100)
    const statuses = await Promise.all(puts.map((finish) => finish()))
    assert.deepEqual(statuses.toSorted(), [200, 409, 409, 409])
  })

  test("is checked when an upload is completed", async () => {
    const uploadId = await beginUpload("upload")
    await send({ method: "PUT", objectKey: "upload", body: "meanwhile" })
    const complete = { method: "POST", objectKey: "upload", query: { uploadId } } as const
    const all = { "x-oss-complete-all": "yes" }
    const refused = await send({ ...complete, headers: { ...all, ...FORBID } })
    assert.equal(refused.code, "FileAlreadyExists")
    assert.equal(await textOf("upload"), "meanwhile")
    assert.equal((await send({ ...complete, headers: all })).status, 200)
    assert.equal(await textOf("upload"), "part")
  })
})

test("a PUT with a condition is refused, because ignoring the condition could replace what it protects", async () => {
  await send({ method: "PUT", objectKey: "conditional", body: "first" })
  for (const name of ["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]) {
    const headers = { [name]: "*" }
    const put = await send({ method: "PUT", objectKey: "conditional", headers, body: "second" })
    assert.equal(put.code, "NotImplemented")
  }
  assert.equal(await textOf("conditional"), "first")
})

test("a body whose CRC-64 differs from its sender's claim is not stored, as object or as part", async () => {
  const wrong = { "x-oss-hash-crc64ecma": "1" }
  const right = { "x-oss-hash-crc64ecma": "11051210869376104954" }
  const put = { method: "PUT", objectKey: "crc", body: "123456789" } as const
  assert.equal((await send({ ...put, headers: wrong })).code, "InvalidCRC64")
  assert.equal((await send({ method: "HEAD", objectKey: "crc" })).status, 404)
  assert.equal((await send({ ...put, headers: right })).status, 200)
  const uploadId = await beginUpload("crc-parts")
  const part = { ...put, objectKey: "crc-parts", query: { partNumber: "1", uploadId } }
  assert.equal((await send({ ...part, headers: wrong })).code, "InvalidCRC64")
  const listed = await send({ method: "GET", objectKey: "crc-parts", query: { uploadId } })
  assert.match(listed.body.toString(), /<Size>4<\/Size>/)
})

test("a body whose MD5 differs from its sender's claim is not stored", async () => {
  const headers = { "content-md5": "rL0Y20zC+Fzt72VPzMSk2A==" }
  const put = { method: "PUT", objectKey: "md5", headers } as const
  assert.equal((await send({ ...put, body: "fop" })).code, "InvalidDigest")
  assert.equal((await send({ method: "HEAD", objectKey: "md5" })).status, 404)
  assert.equal((await send({ ...put, body: "foo" })).status, 200)
})

test("a part's number is 1 to 10,000", async () => {
  const uploadId = await beginUpload("numbers")
  for (const [partNumber, status] of [
    ["0", 400],
    ["1", 200],
    ["10000", 200],
    ["10001", 400],
    ["1.5", 400],
    ["-1", 400],
  ] as const) {
    const query = { partNumber, uploadId }
    const put = await send({ method: "PUT", objectKey: "numbers", query, body: "x" })
    assert.equal(put.status, status, partNumber)
  }
})

test(
  "a refused copy releases its source, so that a stopping server does not wait for it",
  { timeout: 20_000 },
  async () => {
    const stopping = await startMemoryServer()
    const sent = async (request: SignedRequest): Promise<SignedAnswer> =>
      await sendSigned(stopping, { bucketName: BUCKET, objectKey: "large", ...request })
    await sent({ method: "PUT", objectKey: "" })
    const begun = await sent({ method: "POST", query: { uploads: "" } })
    const uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ""
    // More than is read before the copy is refused.
    const body = Buffer.alloc(3 * 1024 * 1024)
    for (const partNumber of ["1", "2"]) {
      await sent({ method: "PUT", query: { partNumber, uploadId }, body })
    }
    const all = { "x-oss-complete-all": "yes" }
    assert.equal((await sent({ method: "POST", query: { uploadId }, headers: all })).status, 200)
    const headers = { ...FORBID, "x-oss-copy-source": `/${BUCKET}/large` }
    assert.equal((await sent({ method: "PUT", headers })).code, "FileAlreadyExists")
    // What is replaced is freed once nobody reads it, and the server does not stop before that.
    await sent({ method: "PUT", body: "small" })
    await stopping.stop()
  },
)

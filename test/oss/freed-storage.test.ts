// What is replaced or deleted is freed at once, without the keeper, but never while it is still read.
import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"
import { createMemoryEngines, type MemoryEngines } from "../../src/data-directory.ts"
import { prefixBounds, rowKey } from "../../src/storage/row-keys.ts"
import { scanAll } from "../../src/storage/scan-all.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

const BUCKET = "freeing-bucket"
/** Too large to be stored in a row. */
const LARGE = Buffer.alloc(300_000, 1)
let engines: MemoryEngines
let server: TestServer

beforeEach(async () => {
  engines = createMemoryEngines()
  server = await startMemoryServer({}, engines)
  await send({ method: "PUT" })
})

afterEach(async () => {
  await server.stop()
})

async function send(request: SignedRequest): Promise<SignedAnswer> {
  return await sendSigned(server, { bucketName: BUCKET, ...request })
}

async function blobCount(): Promise<number> {
  assert.equal(await server.data.store.reclaimer.drained(), true)
  return (await Array.fromAsync(engines.blobs.list())).length
}

async function partRowCount(): Promise<number> {
  const bounds = prefixBounds(rowKey("part"))
  return (await Array.fromAsync(scanAll(engines.metadata, bounds))).length
}

test("an object that is replaced or deleted", async () => {
  const object = { objectKey: "object" }
  await send({ method: "PUT", ...object, body: LARGE })
  assert.equal(await blobCount(), 1)
  await send({ method: "PUT", ...object, body: LARGE })
  assert.equal(await blobCount(), 1)
  await send({ method: "PUT", ...object, body: "small" })
  assert.equal(await blobCount(), 0)
  await send({ method: "PUT", ...object, body: LARGE })
  await send({ method: "DELETE", ...object })
  assert.equal(await blobCount(), 0)
})

test("a part that is replaced, left out or aborted, and a multipart object", async () => {
  const object = { objectKey: "parts" }
  const begin = async (): Promise<string> => {
    const begun = await send({ method: "POST", ...object, query: { uploads: "" } })
    return /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ""
  }
  const uploadId = await begin()
  for (const partNumber of ["1", "1", "2", "2", "3"]) {
    await send({ method: "PUT", ...object, query: { partNumber, uploadId }, body: LARGE })
  }
  assert.equal(await blobCount(), 3)
  const listed = await send({ method: "GET", ...object, query: { uploadId } })
  const etags = Array.from(listed.body.toString().matchAll(/"(\w{32})"/g), ([, etag]) => etag)
  const parts = [1, 2].map(
    (number) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>${etags[number - 1] ?? ""}</ETag></Part>`,
  )
  const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`
  assert.equal((await send({ method: "POST", ...object, query: { uploadId }, body })).status, 200)
  assert.equal(await blobCount(), 2)
  assert.equal(await partRowCount(), 0)
  await send({ method: "DELETE", ...object })
  assert.equal(await blobCount(), 0)

  const query = { uploadId: await begin() }
  await send({ method: "PUT", ...object, query: { partNumber: "1", ...query }, body: LARGE })
  await send({ method: "DELETE", ...object, query })
  assert.equal(await blobCount(), 0)
})

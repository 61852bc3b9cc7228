// At most one operation of the key service for each PUT, Complete and GET; none for HEAD and List. Counted at the
// interface between the object store and its data keys, in front of the real key service.
import assert from "node:assert/strict"
import { after, before, beforeEach, test } from "node:test"
import { randomBytes } from "node:crypto"
import type { DataKeys } from "../../src/keys/data-keys.ts"
import { sendSigned, type SignedRequest } from "./signed-client.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"

const BUCKET = "count-bucket"
let server: TestServer
let calls = 0

/** The same data keys, with a count of the operations of the key service. */
function counted(dataKeys: DataKeys): DataKeys {
  return {
    generate: (...input) => {
      calls += 1
      return dataKeys.generate(...input)
    },
    unwrap: (...input) => {
      calls += 1
      return dataKeys.unwrap(...input)
    },
    check: (...input) => dataKeys.check(...input),
  }
}

before(async () => {
  server = await startMemoryServer()
  const { dataKeys } = server.data.store
  Object.assign(server.data.store, {
    dataKeys: { service: counted(dataKeys.service), kms: counted(dataKeys.kms) },
  })
  await send({ method: "PUT", bucketName: BUCKET })
})

after(async () => {
  await server.stop()
})

beforeEach(() => {
  calls = 0
})

async function send(request: SignedRequest): Promise<string> {
  const answer = await sendSigned(server, { bucketName: BUCKET, ...request })
  assert.ok(answer.status < 300, `${request.method} answered ${answer.status} ${answer.code ?? ""}`)
  return answer.body.toString()
}

const ENCRYPTIONS: [name: string, headers: Record<string, string>][] = [
  ["no header", {}],
  ["AES256", { "x-oss-server-side-encryption": "AES256" }],
  ["KMS", { "x-oss-server-side-encryption": "KMS" }],
]

for (const [name, headers] of ENCRYPTIONS) {
  test(`PutObject and GetObject with ${name} are one operation each, HEAD and List none`, async () => {
    await send({ method: "PUT", objectKey: "object", headers, body: randomBytes(100_000) })
    assert.equal(calls, 1)
    await send({ method: "GET", objectKey: "object" })
    assert.equal(calls, 2)
    await send({ method: "GET", objectKey: "object", headers: { range: "bytes=5-10" } })
    assert.equal(calls, 3)
    await send({ method: "HEAD", objectKey: "object" })
    await send({ method: "HEAD", objectKey: "object", query: { objectMeta: "" } })
    await send({ method: "GET" })
    await send({ method: "GET", query: { "list-type": "2" } })
    assert.equal(calls, 3)
  })

  test(`Initiate with ${name} is one operation, each part one, Complete none`, async () => {
    const answer = await send({ method: "POST", objectKey: "up", headers, query: { uploads: "" } })
    assert.equal(calls, 1)
    const uploadId = /<UploadId>([^<]+)</.exec(answer)?.[1] ?? ""
    const query = { partNumber: "1", uploadId }
    await send({ method: "PUT", objectKey: "up", query, body: "part" })
    assert.equal(calls, 2)
    await send({
      method: "POST",
      objectKey: "up",
      query: { uploadId },
      headers: { "x-oss-complete-all": "yes" },
    })
    assert.equal(calls, 2)
    await send({ method: "GET", objectKey: "up" })
    assert.equal(calls, 3)
  })
}

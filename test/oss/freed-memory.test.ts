// The last reader of memory frees it (src/base/free-memory.ts). This test overwrites freed memory and keeps it allocated. A
// late reader, in JavaScript or in the kernel, would therefore get other bytes than those stored.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { get, type IncomingMessage, request } from "node:http"
import { after, before, describe, mock, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { presignedTarget } from "./presigned.ts"
import { startLocalServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

const BUCKET = "freed-bucket"
const MIB = 1024 ** 2
/** More than the sockets buffer, so the rest waits in the server's memory. */
const LONG_BYTES = 20 * MIB
const POISON = 0xdb

let server: TestServer
/** All freed memory, kept so that it is not reused. */
const freed: Uint8Array[] = []

function freedBytes(): number {
  return freed.reduce((sum, { length }) => sum + length, 0)
}

before(async () => {
  mock.method(ArrayBuffer.prototype, "transfer", function (this: ArrayBuffer) {
    // Takes over the same memory.
    freed.push(new Uint8Array(structuredClone(this, { transfer: [this] })).fill(POISON))
    return new ArrayBuffer(0)
  })
  server = await startLocalServer()
  await send({ method: "PUT", bucketName: BUCKET })
})

after(async () => {
  await server.stop()
  mock.restoreAll()
})

const send = (sent: SignedRequest): Promise<SignedAnswer> => sendSigned(server, sent)

async function put(objectKey: string, body: Buffer): Promise<void> {
  // The server compares the body with its MD5.
  const { status } = await send({ method: "PUT", bucketName: BUCKET, objectKey, body })
  assert.equal(status, 200)
}

function open(objectKey: string): Promise<IncomingMessage> {
  const path = presignedTarget({ method: "GET", bucketName: BUCKET, objectKey })
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.ossEndpoint)
    get({ port, path, agent: false }, resolve).on("error", reject)
  })
}

/** Reads the response with pauses. */
async function readSlowly(objectKey: string): Promise<Buffer> {
  const response = await open(objectKey)
  await delay(50)
  const pieces: Buffer[] = []
  for await (const piece of response) {
    pieces.push(piece as Buffer)
    if (pieces.length % 100 === 0) await delay(2)
  }
  return Buffer.concat(pieces)
}

async function read(objectKey: string, range?: string): Promise<Buffer> {
  const headers = range === undefined ? {} : { range: `bytes=${range}` }
  return (await send({ method: "GET", bucketName: BUCKET, objectKey, headers })).body
}

const SIZES = [100, 5000, 16_384, 16_385, 65_536, 65_537, 300_000, MIB, MIB + 1, 3 * MIB]

describe("while freed memory is overwritten", () => {
  test("objects of every size, written and read in parallel, are unchanged", async () => {
    const rounds = SIZES.map(async (sizeBytes) => {
      const body = randomBytes(sizeBytes)
      await put(`object-${sizeBytes}`, body)
      assert.ok((await read(`object-${sizeBytes}`)).equals(body))
      const part = await read(`object-${sizeBytes}`, `50-${sizeBytes - 10}`)
      assert.ok(part.equals(body.subarray(50, sizeBytes - 9)))
    })
    await Promise.all(rounds)
  })

  test("slow readers get the stored bytes while others are cut off", async () => {
    const body = randomBytes(LONG_BYTES)
    await put("long", body)
    const cut = Array.from({ length: 3 }, async () => {
      const response = await open("long")
      await delay(20)
      response.destroy()
    })
    const reads = [readSlowly("long"), readSlowly("long")]
    await Promise.all(cut)
    for (const bytes of await Promise.all(reads)) assert.ok(bytes.equals(body))
  })

  test("uploads that break off in the middle do not affect others", async () => {
    const body = randomBytes(3 * MIB)
    const broken = Array.from({ length: 4 }, async (_, index) => {
      const path = presignedTarget({
        ...{ method: "PUT", bucketName: BUCKET, objectKey: `broken-${index}` },
      })
      const { port } = new URL(server.ossEndpoint)
      const headers = { "content-length": String(body.length) }
      const sent = request({ method: "PUT", port, path, headers, agent: false })
      sent.on("error", () => undefined)
      sent.write(body.subarray(0, 2 * MIB))
      await delay(20)
      const closed = new Promise((resolve) => sent.once("close", resolve))
      sent.destroy()
      await closed
    })
    await Promise.all([...broken, put("beside", body)])
    assert.ok((await read("beside")).equals(body))
  })

  test("copies and appends have the stored bytes", async () => {
    const body = randomBytes(2 * MIB + 5)
    await put("source", body)
    const copied = { "x-oss-copy-source": `/${BUCKET}/source` }
    await send({ method: "PUT", bucketName: BUCKET, objectKey: "copy", headers: copied })
    assert.ok((await read("copy")).equals(body))
    const appended = { method: "POST", bucketName: BUCKET, objectKey: "appended" }
    await send({ ...appended, query: { append: "", position: "0" }, body })
    const position = String(body.length)
    await send({ ...appended, query: { append: "", position }, body: body.subarray(0, 70_000) })
    const expected = Buffer.concat([body, body.subarray(0, 70_000)])
    assert.ok((await read("appended")).equals(expected))
  })
})

test("the memory of received, sealed and opened bytes is freed", async () => {
  const body = randomBytes(4 * MIB)
  const beforePut = freedBytes()
  await put("counted", body)
  const beforeGet = freedBytes()
  // The first packet of a body shares its memory with the head of the request, and the ends of segments are copied.
  assert.ok(beforeGet - beforePut > 1.9 * body.length, `${beforeGet - beforePut} were freed`)
  assert.ok((await read("counted")).equals(body))
  assert.ok(freedBytes() - beforeGet >= body.length)
})

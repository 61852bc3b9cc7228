// A download in progress continues to its end, whatever happens to its object in the meantime.
import assert from "node:assert/strict"
import { get, type IncomingMessage } from "node:http"
import { test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { presignedTarget } from "./presigned.ts"
import { startMemoryServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

const BUCKET = "reading-bucket"
const OBJECT = { bucketName: BUCKET, objectKey: "object" }
/** Together more than sockets can buffer. */
const PART = Buffer.alloc(8 * 1024 * 1024, 7)
const PART_NUMBERS = ["1", "2", "3"]

test("a multipart object that is replaced while it is read", async () => {
  const server = await startMemoryServer()
  const send = (request: SignedRequest): Promise<SignedAnswer> => sendSigned(server, request)
  await send({ method: "PUT", bucketName: BUCKET })
  const begun = await send({ method: "POST", ...OBJECT, query: { uploads: "" } })
  const uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ""
  for (const partNumber of PART_NUMBERS) {
    await send({ method: "PUT", ...OBJECT, query: { partNumber, uploadId }, body: PART })
  }
  const headers = { "x-oss-complete-all": "yes" }
  await send({ method: "POST", ...OBJECT, query: { uploadId }, headers })

  const path = presignedTarget({ method: "GET", ...OBJECT })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port: new URL(server.ossEndpoint).port, path }, resolve).on("error", reject)
  })
  assert.equal((await send({ method: "PUT", ...OBJECT, body: "new" })).status, 200)
  // Time in which unprotected data would be freed; a shorter time proves less.
  await delay(50)
  let sizeBytes = 0
  for await (const chunk of response) sizeBytes += (chunk as Buffer).length
  assert.equal(sizeBytes, PART.length * PART_NUMBERS.length)
  await server.stop()
})

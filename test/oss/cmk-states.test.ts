// What a CMK's state does to the objects under it, by every way in; and what anonymous callers may do.
import assert from "node:assert/strict"
import { request as httpRequest } from "node:http"
import { after, before, describe, test } from "node:test"
import { presignedTarget } from "./presigned.ts"
import { KEEPER } from "../kms/key-service-fixture.ts"
import { startLocalServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

const BUCKET = "state-bucket"
const HEADER = "x-oss-server-side-encryption"
let server: TestServer

before(async () => {
  server = await startLocalServer()
  await send({ method: "PUT", bucketName: BUCKET })
})

after(async () => {
  await server.stop()
})

async function send(request: SignedRequest): Promise<SignedAnswer> {
  return await sendSigned(server, { bucketName: BUCKET, ...request })
}

async function codeOf(request: SignedRequest): Promise<string> {
  const answer = await send(request)
  return `${answer.status} ${answer.code ?? ""}`.trim()
}

/** A CMK of its own, with an object and an open upload under it. */
async function prepare(): Promise<{
  cmkId: string
  headers: Record<string, string>
  uploadId: string
}> {
  const { cmkId } = await server.data.keyService.createCmk(KEEPER, { description: "" })
  const headers = { [HEADER]: "KMS", [`${HEADER}-key-id`]: cmkId }
  await send({ method: "PUT", objectKey: "object", headers, body: Buffer.alloc(50_000, 1) })
  const begun = await send({ method: "POST", objectKey: "up", headers, query: { uploads: "" } })
  const uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ""
  const query = { partNumber: "1", uploadId }
  assert.equal((await send({ method: "PUT", objectKey: "up", query, body: "part" })).status, 200)
  return { cmkId, headers, uploadId }
}

describe("a CMK that cannot be used", () => {
  for (const [state, code] of [
    ["Disabled", "409 KeyDisabled"],
    ["PendingDeletion", "409 KeyPendingDeletion"],
  ] as const) {
    test(`in state ${state} stops every read and write under it, and nothing else`, async () => {
      const { cmkId, headers, uploadId } = await prepare()
      const { keyService } = server.data
      assert.equal((await send({ method: "GET", objectKey: "object" })).status, 200)
      if (state === "Disabled") await keyService.disableCmk(KEEPER, cmkId)
      else await keyService.scheduleDeletion(KEEPER, cmkId, 7)
      const refused: SignedRequest[] = [
        { method: "GET", objectKey: "object" },
        { method: "GET", objectKey: "object", headers: { range: "bytes=0-9" } },
        { method: "PUT", objectKey: "new", headers, body: "x" },
        { method: "PUT", objectKey: "copy", headers: { "x-oss-copy-source": `/${BUCKET}/object` } },
        { method: "POST", objectKey: "other", headers, query: { uploads: "" } },
        { method: "PUT", objectKey: "up", query: { partNumber: "2", uploadId }, body: "x" },
        {
          method: "POST",
          objectKey: "up",
          query: { uploadId },
          headers: { "x-oss-complete-all": "yes" },
        },
      ]
      for (const request of refused)
        assert.equal(await codeOf(request), code, JSON.stringify(request))
      assert.equal(await codeOf({ method: "GET", objectKey: "new" }), "404 NoSuchKey")
      assert.equal(await codeOf({ method: "HEAD", objectKey: "object" }), "200")
      assert.equal(
        await codeOf({ method: "PUT", objectKey: "aes", headers: { [HEADER]: "AES256" } }),
        "200",
      )
      if (state === "Disabled") await keyService.enableCmk(KEEPER, cmkId)
      else await keyService.cancelDeletion(KEEPER, cmkId)
      assert.equal(await codeOf({ method: "GET", objectKey: "object" }), "200")
      assert.equal(
        await codeOf({
          method: "POST",
          objectKey: "up",
          query: { uploadId },
          headers: { "x-oss-complete-all": "yes" },
        }),
        "200",
      )
    })
  }

  test("disabled while an object arrives leaves nothing of it", async () => {
    const { cmkId, headers } = await prepare()
    const put = slowPut("slow", headers)
    put.write(Buffer.alloc(200_000, 1))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await server.data.keyService.disableCmk(KEEPER, cmkId)
    assert.equal(await put.end(Buffer.alloc(200_000, 2)), 409)
    assert.equal(await codeOf({ method: "HEAD", objectKey: "slow" }), "404 NoSuchKey")
    await server.data.keyService.enableCmk(KEEPER, cmkId)
  })

  test("that does not exist yields 404 KeyNotFound, and a missing alias 404 AliasNotFound", async () => {
    const keyId = `${HEADER}-key-id`
    const unknown = { [HEADER]: "KMS", [keyId]: "72779642-7d88-4a0f-8d1f-1081a9cc7afb" }
    assert.equal(
      await codeOf({ method: "PUT", objectKey: "x", headers: unknown }),
      "404 KeyNotFound",
    )
    const alias = { [HEADER]: "KMS", [keyId]: "alias/none" }
    assert.equal(
      await codeOf({ method: "PUT", objectKey: "x", headers: alias }),
      "404 AliasNotFound",
    )
  })
})

/** A PUT whose body arrives in two pieces. */
function slowPut(
  objectKey: string,
  headers: Record<string, string>,
): { write(bytes: Buffer): void; end(bytes: Buffer): Promise<number> } {
  const path = presignedTarget({ method: "PUT", bucketName: BUCKET, objectKey, headers })
  const { port } = new URL(server.ossEndpoint)
  const request = httpRequest({
    port,
    method: "PUT",
    path,
    headers: { ...headers, "content-length": "400000" },
  })
  const status = new Promise<number>((resolve, reject) => {
    request.on("response", (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on("error", reject)
  })
  return {
    write: (bytes) => void request.write(bytes),
    end(bytes) {
      request.end(bytes)
      return status
    },
  }
}

describe("an anonymous caller", () => {
  before(async () => {
    await send({ method: "PUT", objectKey: "plain", body: "plain" })
    await send({ method: "PUT", objectKey: "sealed", headers: { [HEADER]: "KMS" }, body: "sealed" })
  })

  async function setAcl(acl: string): Promise<void> {
    await send({ method: "PUT", query: { acl: "" }, headers: { "x-oss-acl": acl } })
  }

  const anonymous = { anonymous: true } as const

  test("may do nothing with a private bucket, nor list buckets", async () => {
    await setAcl("private")
    for (const request of [
      { method: "GET", objectKey: "plain" },
      { method: "GET", objectKey: "none" },
      { method: "PUT", objectKey: "plain" },
      { method: "DELETE", objectKey: "plain" },
      { method: "GET" },
      { method: "GET", query: { encryption: "" } },
    ]) {
      assert.equal(await codeOf({ ...request, ...anonymous }), "403 AccessDenied")
    }
    const buckets = await sendSigned(server, { method: "GET", ...anonymous })
    assert.equal(buckets.code, "AccessDenied")
  })

  test("may read and list a public-read bucket, and not write it", async () => {
    await setAcl("public-read")
    assert.equal(await codeOf({ method: "GET", objectKey: "plain", ...anonymous }), "200")
    assert.equal(await codeOf({ method: "GET", ...anonymous }), "200")
    assert.equal(await codeOf({ method: "PUT", objectKey: "x", ...anonymous }), "403 AccessDenied")
  })

  test("gets nothing under a CMK by any ACL", async () => {
    await setAcl("public-read-write")
    const read = await send({ method: "GET", objectKey: "sealed", ...anonymous })
    assert.equal(read.code, "AccessDenied")
    assert.match(read.body.toString(), /forbidden by kms/)
    const { uploadId } = await prepare()
    const kms = { [HEADER]: "KMS" }
    for (const request of [
      { method: "PUT", objectKey: "up", query: { partNumber: "2", uploadId }, body: "x" },
      { method: "PUT", objectKey: "x", headers: kms },
      { method: "POST", objectKey: "x", headers: kms, query: { uploads: "" } },
      { method: "PUT", objectKey: "x", headers: { "x-oss-copy-source": `/${BUCKET}/sealed` } },
    ]) {
      assert.equal(await codeOf({ ...request, ...anonymous }), "403 AccessDenied")
    }
    assert.equal(await codeOf({ method: "PUT", objectKey: "open", body: "x", ...anonymous }), "200")
  })

  test("is judged by the object's own ACL where it has one", async () => {
    await setAcl("public-read")
    const acl = { "x-oss-object-acl": "private" }
    await send({ method: "PUT", objectKey: "plain", query: { acl: "" }, headers: acl })
    assert.equal(
      await codeOf({ method: "GET", objectKey: "plain", ...anonymous }),
      "403 AccessDenied",
    )
  })
})

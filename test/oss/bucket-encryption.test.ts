// What a bucket's default encryption does to objects that come without the header.
import assert from "node:assert/strict"
import { after, before, beforeEach, describe, test } from "node:test"
import { callerOf } from "../kms/key-service-fixture.ts"
import { startMemoryServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

const BUCKET = "default-bucket"
const HEADER = "x-oss-server-side-encryption"
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

async function setDefault(content: string): Promise<SignedAnswer> {
  const rule = `<ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault>`
  const body = `<ServerSideEncryptionRule>${rule}</ServerSideEncryptionRule>`
  return await send({ method: "PUT", query: { encryption: "" }, body })
}

describe("a bucket's default encryption", () => {
  beforeEach(async () => {
    await send({ method: "DELETE", query: { encryption: "" } })
  })

  test("names a CMK, which is reported, and under which objects without the header are stored", async () => {
    const owner = callerOf({ kind: "account", accountId: server.data.accountId })
    const { cmkId } = await server.data.keyService.createCmk(owner, { description: "" })
    const content = `<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${cmkId}</KMSMasterKeyID>`
    assert.equal((await setDefault(content)).status, 200)
    const told = await send({ method: "GET", query: { encryption: "" } })
    assert(told.body.toString().includes(content))

    const put = await send({ method: "PUT", objectKey: "a", body: "a" })
    assert.equal(put.headers[`${HEADER}-key-id`], cmkId)
    const begun = await send({ method: "POST", objectKey: "b", query: { uploads: "" } })
    assert.equal(begun.headers[`${HEADER}-key-id`], cmkId)
    const copied = await send({
      method: "PUT",
      objectKey: "c",
      headers: { "x-oss-copy-source": `/${BUCKET}/a` },
    })
    assert.equal(copied.headers[`${HEADER}-key-id`], cmkId)
    const own = await send({
      method: "PUT",
      objectKey: "d",
      body: "d",
      headers: { [HEADER]: "AES256" },
    })
    assert.deepEqual([own.headers[HEADER], own.headers[`${HEADER}-key-id`]], ["AES256", undefined])
  })

  for (const [content, code] of [
    ["<SSEAlgorithm>DES</SSEAlgorithm>", "InvalidEncryptionAlgorithmError"],
    [
      "<SSEAlgorithm>KMS</SSEAlgorithm><KMSDataEncryption>DES</KMSDataEncryption>",
      "InvalidDataEncryptionAlgorithmError",
    ],
    [
      "<SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>alias/a</KMSMasterKeyID>",
      "InvalidArgument",
    ],
    ["<KMSMasterKeyID>alias/a</KMSMasterKeyID>", "MalformedXML"],
  ] as const) {
    test(`is refused with ${code} when it is ${content}`, async () => {
      assert.equal((await setDefault(content)).code, code)
      const told = await send({ method: "GET", query: { encryption: "" } })
      assert.equal(told.code, "NoSuchServerSideEncryptionRule")
    })
  }

  test("of KMS prevents strangers from writing, even where the ACL allows it", async () => {
    const open = { "x-oss-acl": "public-read-write" }
    await send({ method: "PUT", query: { acl: "" }, headers: open })
    await setDefault("<SSEAlgorithm>KMS</SSEAlgorithm>")
    for (const request of [
      { method: "PUT", objectKey: "x", body: "x" },
      { method: "POST", objectKey: "x", query: { uploads: "" } },
    ]) {
      assert.equal((await send({ ...request, anonymous: true })).code, "AccessDenied")
    }
    const header = { [HEADER]: "AES256" }
    const aes = await send({ method: "PUT", objectKey: "x", headers: header, anonymous: true })
    assert.equal(aes.status, 200)
  })
})

// The founding document's rule for every operation of the pipeline: three accept the header; any other request that
// carries it gets 400 InvalidArgument, and nothing changes.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { scanAll } from "../../src/storage/scan-all.ts"
import { OPERATIONS } from "../../src/oss/operations/index.ts"
import type { Operation } from "../../src/oss/operation.ts"
import { UNIMPLEMENTED } from "../../src/oss/unimplemented.ts"
import { aliOss, startMemoryServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedRequest } from "./signed-client.ts"

const BUCKET = "header-bucket"
const OBJECT = "object"
const HEADER = "x-oss-server-side-encryption"

let server: TestServer
let uploadId = ""

before(async () => {
  server = await startMemoryServer()
  const oss = aliOss(server, { bucket: BUCKET })
  await oss.putBucket(BUCKET)
  await oss.put(OBJECT, Buffer.from("content"))
  uploadId = (await oss.initMultipartUpload("upload")).uploadId
})

after(async () => {
  await server.stop()
})

/** Every row of the store, so that any change is visible. */
async function snapshot(): Promise<string[]> {
  const rows: string[] = []
  const bounds = { from: Buffer.of(0x10), to: Buffer.of(0xff) }
  for await (const row of scanAll(server.data.store.metadata, bounds)) {
    rows.push(`${Buffer.from(row.key).toString("hex")} ${row.version}`)
  }
  return rows
}

interface Case {
  readonly name: string
  readonly encryptionHeader: Operation["encryptionHeader"]
  readonly request: SignedRequest
}

function requestOf(
  { method, subresource }: { readonly method: string; readonly subresource: string | null },
  target: "service" | "bucket" | "bucket-name" | "object",
): SignedRequest {
  const query: Record<string, string> = {}
  if (subresource !== null) query[subresource] = subresource === "uploadId" ? uploadId : ""
  if (subresource === "uploadId" && method === "PUT") query["partNumber"] = "1"
  const objectKey = subresource === "uploadId" ? "upload" : OBJECT
  return {
    method,
    query,
    ...(target === "service" ? {} : { bucketName: BUCKET }),
    ...(target === "object" ? { objectKey } : {}),
  }
}

function caseOf(operation: Operation): Case {
  const { name, match, target, encryptionHeader } = operation
  const request = requestOf(match, target)
  const copySource = { "x-oss-copy-source": `/${BUCKET}/${OBJECT}` }
  const listType = { "list-type": "2" }
  return {
    name,
    encryptionHeader,
    request: {
      ...request,
      ...(match.copySource === true ? { headers: copySource } : {}),
      ...(match.listType2 === true ? { query: { ...request.query, ...listType } } : {}),
    },
  }
}

function cases(): Case[] {
  return [
    ...Object.values(OPERATIONS).map(caseOf),
    ...UNIMPLEMENTED.map((each) => ({
      name: `${each.name} (not implemented)`,
      encryptionHeader: each.encryptionHeader,
      request: requestOf(each, each.target),
    })),
  ]
}

function withHeader(request: SignedRequest, value: string): SignedRequest {
  return { ...request, headers: { ...request.headers, [HEADER]: value } }
}

describe("the encryption header", () => {
  test("is accepted by exactly the three operations of the founding document", () => {
    const accepting = Object.values(OPERATIONS)
      .filter(({ encryptionHeader }) => encryptionHeader === "accepted")
      .map(({ name }) => name)
    assert.deepEqual(accepting.sort(), ["CopyObject", "InitiateMultipartUpload", "PutObject"])
  })

  test("on any other operation gets 400 InvalidArgument and changes nothing", async (t) => {
    for (const each of cases().filter(({ encryptionHeader }) => encryptionHeader !== "accepted")) {
      for (const value of ["AES256", "KMS", "bad value"]) {
        await t.test(`${each.name} with ${value}`, async () => {
          const earlier = await snapshot()
          const answer = await sendSigned(server, withHeader(each.request, value))
          assert.equal(answer.status, 400)
          assert.equal(answer.code, "InvalidArgument")
          assert.equal(answer.headers["x-oss-ec"], "0005-00000002")
          assert.deepEqual(await snapshot(), earlier)
        })
      }
    }
  })

  test("with an unknown value gets 400 InvalidEncryptionAlgorithmError and changes nothing", async (t) => {
    for (const each of cases().filter(({ encryptionHeader }) => encryptionHeader === "accepted")) {
      for (const value of ["AES128", "aes256", "kms", "sm4", "", "AES256 KMS"]) {
        await t.test(`${each.name} with "${value}"`, async () => {
          const earlier = await snapshot()
          const answer = await sendSigned(server, withHeader(each.request, value))
          assert.equal(answer.status, 400)
          assert.equal(answer.code, "InvalidEncryptionAlgorithmError")
          assert.deepEqual(await snapshot(), earlier)
        })
      }
    }
  })

  test("on the three operations is reported in the response, with the CMK's id for KMS", async (t) => {
    for (const each of cases().filter(({ encryptionHeader }) => encryptionHeader === "accepted")) {
      await t.test(each.name, async () => {
        const aes = await sendSigned(server, withHeader(each.request, "AES256"))
        assert.equal(aes.status, 200)
        assert.equal(aes.headers[HEADER], "AES256")
        assert.equal(aes.headers[`${HEADER}-key-id`], undefined)
        const kms = await sendSigned(server, withHeader(each.request, "KMS"))
        assert.equal(kms.headers[HEADER], "KMS")
        assert.match(String(kms.headers[`${HEADER}-key-id`]), /^[0-9a-f-]{36}$/)
      })
    }
  })

  test("an unknown data encryption is refused, never replaced by AES", async () => {
    const headers = { [HEADER]: "KMS", "x-oss-server-side-data-encryption": "SM2" }
    const answer = await sendSigned(server, {
      method: "PUT",
      bucketName: BUCKET,
      objectKey: "sm4",
      headers,
    })
    assert.equal(answer.status, 400)
    assert.equal(answer.code, "InvalidDataEncryptionAlgorithmError")
  })

  test("a key id alone is allowed on UploadPart, as ali-oss sends it", async () => {
    const answer = await sendSigned(server, {
      method: "PUT",
      bucketName: BUCKET,
      objectKey: "upload",
      query: { partNumber: "1", uploadId },
      headers: { [`${HEADER}-key-id`]: "72779642-7d88-4a0f-8d1f-1081a9cc7afb" },
      body: "part",
    })
    assert.equal(answer.status, 200)
  })

  test("with the setting current, PutBucket accepts it as the bucket's default", async () => {
    const current = await startMemoryServer({ encryptionHeaderOperations: "current" })
    const cmkId = "72779642-7d88-4a0f-8d1f-1081a9cc7afb"
    for (const [bucketName, headers, told] of [
      ["default-aes", { [HEADER]: "AES256" }, "<SSEAlgorithm>AES256</SSEAlgorithm>"],
      ["default-kms", { [HEADER]: "KMS" }, "<SSEAlgorithm>KMS</SSEAlgorithm>"],
      [
        "default-cmk",
        { [HEADER]: "KMS", [`${HEADER}-key-id`]: cmkId },
        `<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${cmkId}</KMSMasterKeyID>`,
      ],
    ] as const) {
      assert.equal((await sendSigned(current, { method: "PUT", bucketName, headers })).status, 200)
      const query = { encryption: "" }
      const rule = await sendSigned(current, { method: "GET", bucketName, query })
      assert(rule.body.toString().includes(`ByDefault>${told}</Apply`))
    }
    await current.stop()
  })
})

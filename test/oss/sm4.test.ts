// SM4 over the OSS API: by itself, under a CMK, as a bucket's default, and on the disk.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { childOf, type ReadElement, readXml, textOf as textIn } from "../../src/oss/xml-read.ts"
import { type BucketClient, makeBucket } from "./bucket-client.ts"
import { startLocalServer, startMemoryServer, type TestServer } from "./running-server.ts"
import type { SignedAnswer } from "./signed-client.ts"
import { KEEPER } from "../kms/key-service-fixture.ts"

const ENGINES = { memory: startMemoryServer, local: startLocalServer } as const
const HEADER = "x-oss-server-side-encryption"
const CMK_HEADER = `${HEADER}-key-id`
const DATA_HEADER = "x-oss-server-side-data-encryption"
const SM4 = { [HEADER]: "SM4" }
const KMS_SM4 = { [HEADER]: "KMS", [DATA_HEADER]: "SM4" }

/** What the three headers of a response say: the method, whether a CMK is named, and the data encryption. */
function told({ headers }: SignedAnswer): string {
  const cmk = headers[CMK_HEADER] === undefined ? "" : " with a CMK"
  const data = headers[DATA_HEADER] === undefined ? "" : ` data ${String(headers[DATA_HEADER])}`
  return `${String(headers[HEADER] ?? "nothing")}${cmk}${data}`
}

interface Rule {
  readonly algorithm: string
  readonly cmk?: string
  readonly data?: string
}

async function setDefault(bucket: BucketClient, rule: Rule): Promise<string> {
  const cmk = rule.cmk === undefined ? "" : `<KMSMasterKeyID>${rule.cmk}</KMSMasterKeyID>`
  const data = rule.data === undefined ? "" : `<KMSDataEncryption>${rule.data}</KMSDataEncryption>`
  const content = `<SSEAlgorithm>${rule.algorithm}</SSEAlgorithm>${cmk}${data}`
  const inner = `<ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault>`
  const body = `<ServerSideEncryptionRule>${inner}</ServerSideEncryptionRule>`
  return await bucket.codeOf({ method: "PUT", query: { encryption: "" }, body })
}

function ruleIn(element: ReadElement | undefined): string {
  if (element === undefined) return "no rule"
  const names = ["SSEAlgorithm", "KMSMasterKeyID", "KMSDataEncryption"]
  const shown = (text: string | undefined): string =>
    text === undefined || text === "" ? "-" : text
  return names.map((name) => shown(textIn(element, name))).join(" ")
}

/** The rule as GetBucketEncryption and then GetBucketInfo report it. */
async function rulesOf(bucket: BucketClient): Promise<string[]> {
  const own = await bucket.send({ method: "GET", query: { encryption: "" } })
  const root = readXml(own.body, "ServerSideEncryptionRule")
  const info = await bucket.send({ method: "GET", query: { bucketInfo: "" } })
  const inInfo = childOf(readXml(info.body, "BucketInfo"), "Bucket")
  assert.ok(inInfo !== undefined)
  return [
    ruleIn(childOf(root, "ApplyServerSideEncryptionByDefault")),
    ruleIn(childOf(inInfo, "ServerSideEncryptionRule")),
  ]
}

for (const [engine, start] of Object.entries(ENGINES)) {
  describe(`SM4 on the ${engine} engine`, () => {
    let server: TestServer
    let bucket: BucketClient
    let count = 0

    before(async () => {
      server = await start()
      bucket = await makeBucket(server, "sm4-bucket")
    })

    after(async () => {
      await server.stop()
    })

    async function freshBucket(): Promise<BucketClient> {
      count += 1
      return await makeBucket(server, `sm4-bucket-${count}`)
    }

    for (const [headers, expected] of [
      [SM4, "SM4"],
      [KMS_SM4, "KMS with a CMK data SM4"],
    ] as const) {
      test(`by ${expected} puts, heads and reads, whole and by ranges, and is reported each time`, async () => {
        for (const sizeBytes of [0, 1, 16_384, 16_385, 65_536, 65_537, 700_001]) {
          const content = randomBytes(sizeBytes)
          const put = await bucket.put("object", content, headers)
          const head = await bucket.send({ method: "HEAD", objectKey: "object" })
          const got = await bucket.get("object")
          for (const answer of [put, head, got]) assert.equal(told(answer), expected)
          assert.deepEqual(got.body, content)
          if (sizeBytes < 2) continue
          const range = { range: `bytes=${sizeBytes - 2}-` }
          const end = await bucket.send({ method: "GET", objectKey: "object", headers: range })
          assert.deepEqual(end.body, content.subarray(-2))
          assert.equal(told(end), expected)
        }
      })

      test(`by ${expected} uploads by parts, and is reported by every response`, async () => {
        const parts = [randomBytes(150_000), randomBytes(102_400), randomBytes(10)]
        const answers = await bucket.upload("parts", parts, headers)
        for (const answer of answers) assert.equal(told(answer), expected)
        const got = await bucket.get("parts")
        assert.equal(told(got), expected)
        assert.deepEqual(got.body, Buffer.concat(parts))
      })

      test(`by ${expected} copies from any and to any encryption`, async () => {
        const content = randomBytes(100_000)
        await bucket.put("aes", content, { [HEADER]: "AES256" })
        const source = (name: string): Record<string, string> => ({
          "x-oss-copy-source": `/sm4-bucket/${name}`,
        })
        assert.equal(told(await bucket.put("sm4", "", { ...source("aes"), ...headers })), expected)
        assert.equal(told(await bucket.put("plain", "", source("sm4"))), "nothing")
        const kms = { ...source("sm4"), [HEADER]: "KMS" }
        assert.equal(told(await bucket.put("kms", "", kms)), "KMS with a CMK")
        assert.equal(told(await bucket.put("sm4", "", { ...source("sm4"), ...headers })), expected)
        for (const name of ["sm4", "plain", "kms"]) {
          assert.deepEqual((await bucket.get(name)).body, content)
        }
      })
    }

    test("a part copied into an upload gets the upload's encryption", async () => {
      const content = randomBytes(120_000)
      await bucket.put("source", content, { [HEADER]: "KMS" })
      const begun = await bucket.send({
        method: "POST",
        objectKey: "part-copy",
        query: { uploads: "" },
        headers: SM4,
      })
      const uploadId = /<UploadId>([^<]+)</.exec(begun.body.toString())?.[1] ?? ""
      const copied = await bucket.send({
        method: "PUT",
        objectKey: "part-copy",
        query: { partNumber: "1", uploadId },
        headers: { "x-oss-copy-source": "/sm4-bucket/source" },
      })
      assert.equal(told(copied), "SM4")
      const completed = await bucket.send({
        method: "POST",
        objectKey: "part-copy",
        query: { uploadId },
        headers: { "x-oss-complete-all": "yes" },
      })
      assert.equal(told(completed), "SM4")
      assert.deepEqual((await bucket.get("part-copy")).body, content)
    })

    test("the data encryption without KMS is ignored, and not reported", async () => {
      for (const [headers, expected] of [
        [{ [DATA_HEADER]: "SM4" }, "nothing"],
        [{ [HEADER]: "AES256", [DATA_HEADER]: "SM4" }, "AES256"],
        [{ [HEADER]: "SM4", [DATA_HEADER]: "SM4" }, "SM4"],
        [{ [HEADER]: "AES256", [DATA_HEADER]: "no such" }, "AES256"],
        [{ [HEADER]: "KMS" }, "KMS with a CMK"],
      ] as const) {
        assert.equal(told(await bucket.put("ignored", "x", headers)), expected)
        assert.equal(told(await bucket.get("ignored")), expected)
      }
      const unknown = { [HEADER]: "KMS", [DATA_HEADER]: "SM2" }
      assert.equal(
        await bucket.codeOf({ method: "PUT", objectKey: "ignored", headers: unknown }),
        "400 InvalidDataEncryptionAlgorithmError",
      )
    })

    test("a key id with SM4 gets 400 InvalidArgument", async () => {
      const headers = { ...SM4, [CMK_HEADER]: "72779642-7d88-4a0f-8d1f-1081a9cc7afb" }
      assert.equal(
        await bucket.codeOf({ method: "PUT", objectKey: "x", headers }),
        "400 InvalidArgument",
      )
    })

    test("as a bucket's default is reported by both operations, and used by put, upload, copy and append", async () => {
      const own = await freshBucket()
      const { cmkId } = await server.data.keyService.createCmk(KEEPER, { description: "" })
      for (const [rule, shown, expected] of [
        [{ algorithm: "SM4" }, "SM4 - -", "SM4"],
        [{ algorithm: "KMS", data: "SM4" }, "KMS - SM4", "KMS with a CMK data SM4"],
        [
          { algorithm: "KMS", cmk: cmkId, data: "SM4" },
          `KMS ${cmkId} SM4`,
          "KMS with a CMK data SM4",
        ],
        [{ algorithm: "KMS", data: "" }, "KMS - -", "KMS with a CMK"],
        [{ algorithm: "AES256", data: "SM4" }, "AES256 - -", "AES256"],
      ] as const) {
        assert.equal(await setDefault(own, rule), "200")
        assert.deepEqual(await rulesOf(own), [shown, shown])
        await own.put("a", "content")
        await own.upload("b", ["content"])
        await own.put("c", "", { "x-oss-copy-source": "/sm4-bucket/object" })
        await own.send({ method: "DELETE", objectKey: "d" })
        const query = { append: "", position: "0" }
        await own.send({ method: "POST", objectKey: "d", query, body: "content" })
        for (const objectKey of ["a", "b", "c", "d"]) {
          assert.equal(told(await own.get(objectKey)), expected, objectKey)
        }
        assert.equal((await own.get("d")).body.toString(), "content")
        const aes = await own.put("e", "x", { [HEADER]: "AES256" })
        assert.equal(told(aes), "AES256")
      }
    })

    test("as a bucket's default is refused with a CMK, and with an unknown data encryption", async () => {
      const own = await freshBucket()
      const cmk = "72779642-7d88-4a0f-8d1f-1081a9cc7afb"
      assert.equal(await setDefault(own, { algorithm: "SM4", cmk }), "400 InvalidArgument")
      assert.equal(
        await setDefault(own, { algorithm: "KMS", data: "SM2" }),
        "400 InvalidDataEncryptionAlgorithmError",
      )
      assert.equal(
        await setDefault(own, { algorithm: "sm4" }),
        "400 InvalidEncryptionAlgorithmError",
      )
      const none = await own.codeOf({ method: "GET", query: { encryption: "" } })
      assert.equal(none, "404 NoSuchServerSideEncryptionRule")
    })
  })
}

describe("the data directory", () => {
  test("contains no plaintext of any encryption, append, version, part or inline object", async () => {
    const server = await startLocalServer()
    try {
      const bucket = await makeBucket(server, "canary-bucket")
      await bucket.setVersioning("Enabled")
      const canary = randomBytes(24).toString("base64url")
      const small = Buffer.from(canary.repeat(3))
      const large = Buffer.from(canary.repeat(8_000))
      for (const headers of [{}, { [HEADER]: "AES256" }, { [HEADER]: "KMS" }, SM4, KMS_SM4]) {
        for (const content of [small, large]) await bucket.put("versions", content, headers)
        await bucket.upload("parts", [large, small], headers)
      }
      await bucket.send({ method: "DELETE", objectKey: "versions" })
      for (const algorithm of ["SM4", "KMS"]) {
        await setDefault(bucket, { algorithm })
        let position = 0
        for (const body of [small, large, small]) {
          const query = { append: "", position: String(position) }
          const objectKey = `log-${algorithm}`
          const answer = await bucket.send({ method: "POST", objectKey, query, body })
          assert.equal(answer.status, 200)
          position += body.length
        }
      }
      await bucket.setVersioning("Suspended")
      await bucket.put("versions", small, SM4)
      const searched = await searchFor(Buffer.from(canary), server.directory)
      assert.ok(searched > 3_000_000, `only ${searched} bytes were searched`)
    } finally {
      await server.stop()
    }
  })
})

/** Fails when the canary is in any file below the directory. Returns how many bytes were searched. */
async function searchFor(canary: Buffer, directory: string): Promise<number> {
  let searched = 0
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    assert.equal(bytes.indexOf(canary), -1, `plaintext is in ${entry.name}`)
    searched += bytes.length
  }
  return searched
}

// AppendObject over the OSS API: positions, races, encryption. On both engines.
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { after, before, describe, test } from "node:test"
import { type BucketClient, makeBucket, textOf, versionIdOf } from "./bucket-client.ts"
import { startLocalServer, startMemoryServer, type TestServer } from "./running-server.ts"
import type { SignedAnswer, SignedRequest } from "./signed-client.ts"
import { KEEPER } from "../kms/key-service-fixture.ts"

const ENGINES = { memory: startMemoryServer, local: startLocalServer } as const
const HEADER = "x-oss-server-side-encryption"
const CMK_HEADER = `${HEADER}-key-id`
const NEXT = "x-oss-next-append-position"
const CRC = "x-oss-hash-crc64ecma"

function appendOf(
  objectKey: string,
  position: number | string,
  body: Buffer | string,
  headers: Record<string, string> = {},
): SignedRequest {
  const query = { append: "", position: String(position) }
  return { method: "POST", objectKey, query, body, headers }
}

/** Appends one piece after the other; every response must be a success. */
async function appendAll(
  bucket: BucketClient,
  objectKey: string,
  pieces: readonly (Buffer | string)[],
  headers: Record<string, string> = {},
): Promise<SignedAnswer[]> {
  const answers = []
  let position = 0
  for (const piece of pieces) {
    const answer = await bucket.send(appendOf(objectKey, position, piece, headers))
    assert.equal(answer.status, 200, answer.body.toString())
    position += piece.length
    assert.equal(answer.headers[NEXT], String(position))
    answers.push(answer)
  }
  return answers
}

for (const [engine, start] of Object.entries(ENGINES)) {
  describe(`AppendObject on the ${engine} engine`, () => {
    let server: TestServer
    let bucket: BucketClient

    before(async () => {
      server = await start()
      bucket = await makeBucket(server, "append-bucket")
    })

    after(async () => {
      await server.stop()
    })

    test("creates an object of the type Appendable, and returns the next position", async () => {
      await appendAll(bucket, "typed", ["first ", "second"], { "x-oss-meta-of": "first" })
      for (const method of ["GET", "HEAD"]) {
        const { headers } = await bucket.send({ method, objectKey: "typed" })
        assert.equal(headers["x-oss-object-type"], "Appendable")
        assert.equal(headers[NEXT], "12")
        assert.equal(headers["content-length"], "12")
        assert.equal(headers["content-md5"], undefined)
        assert.equal(headers["x-oss-meta-of"], "first")
      }
      const listing = await bucket.send({ method: "GET", query: { prefix: "typed" } })
      assert.match(listing.body.toString(), /<Type>Appendable<\/Type><Size>12</)
    })

    test("at any other position gets 409 PositionNotEqualToLength with the right one", async () => {
      await appendAll(bucket, "placed", ["12345"])
      for (const [objectKey, position, next] of [
        ["placed", 0, "5"],
        ["placed", 4, "5"],
        ["placed", 6, "5"],
        ["unplaced", 1, "0"],
      ] as const) {
        const answer = await bucket.send(appendOf(objectKey, position, "x"))
        assert.equal(`${answer.status} ${answer.code}`, "409 PositionNotEqualToLength")
        assert.equal(answer.headers[NEXT], next)
        assert.equal(answer.headers["x-oss-ec"], "0026-00000016")
      }
      assert.equal((await bucket.get("placed")).body.toString(), "12345")
      assert.equal((await bucket.get("unplaced")).code, "NoSuchKey")
    })

    test("without a valid position gets 400 InvalidArgument", async () => {
      for (const position of ["", "-1", "1.5", "x", "9".repeat(30)]) {
        assert.equal(await bucket.codeOf(appendOf("none", position, "x")), "400 InvalidArgument")
      }
      const query = { append: "" }
      const request = { method: "POST", objectKey: "none", query, body: "x" }
      assert.equal(await bucket.codeOf(request), "400 InvalidArgument")
    })

    test("to an object that was put, copied or uploaded by parts gets 409 ObjectNotAppendable", async () => {
      await appendAll(bucket, "log", ["log"])
      await bucket.put("put", "12345")
      await bucket.put("copied", "", { "x-oss-copy-source": "/append-bucket/log" })
      await bucket.upload("uploaded", ["12345"])
      for (const objectKey of ["put", "copied", "uploaded"]) {
        for (const position of [0, 5]) {
          const code = await bucket.codeOf(appendOf(objectKey, position, "x"))
          assert.equal(code, "409 ObjectNotAppendable")
        }
      }
      assert.equal((await bucket.get("put")).body.toString(), "12345")
    })

    test("sets the ACL that it names, as the owner; the first append decides other attributes", async () => {
      await bucket.send({
        method: "PUT",
        query: { acl: "" },
        headers: { "x-oss-acl": "public-read-write" },
      })
      const acl = async (): Promise<string> => textOf(await bucket.get("acl", { acl: "" }), "Grant")
      const append = (position: number, headers: Record<string, string>): SignedRequest =>
        appendOf("acl", position, "x", { "x-oss-meta-of": String(position), ...headers })
      assert.equal(
        await bucket.codeOf(append(0, { "x-oss-object-acl": "public-read-write" })),
        "200",
      )
      const named = { "x-oss-object-acl": "public-read" }
      const stranger = { ...append(1, named), anonymous: true }
      assert.equal(await bucket.codeOf(stranger), "403 AccessDenied")
      assert.equal(await acl(), "public-read-write")
      assert.equal(await bucket.codeOf({ ...append(1, {}), anonymous: true }), "200")
      assert.equal(await acl(), "public-read-write")
      assert.equal(await bucket.codeOf(append(2, { "x-oss-object-acl": "" })), "200")
      assert.equal(await acl(), "public-read-write")
      assert.equal(await bucket.codeOf(append(3, named)), "200")
      assert.equal(await acl(), "public-read")
      assert.equal((await bucket.get("acl")).headers["x-oss-meta-of"], "0")
      await bucket.send({ method: "PUT", query: { acl: "" }, headers: { "x-oss-acl": "private" } })
    })

    test("one of several at the same position wins, and the others get the next position", async () => {
      await appendAll(bucket, "raced", ["begin "])
      const bodies = Array.from({ length: 8 }, (_, index) => `${index}`.repeat(index + 1))
      for (const position of [6, 0]) {
        const objectKey = position === 0 ? "raced-anew" : "raced"
        const answers = await Promise.all(
          bodies.map((body) => bucket.send(appendOf(objectKey, position, body))),
        )
        const won = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
        assert.equal(won.length, 1)
        const winner = bodies[won[0] ?? 0] ?? ""
        for (const answer of answers) {
          assert.equal(answer.headers[NEXT], String(position + winner.length))
          if (answer.status === 200) continue
          assert.equal(`${answer.status} ${answer.code}`, "409 PositionNotEqualToLength")
        }
        const expected = position === 0 ? winner : `begin ${winner}`
        assert.equal((await bucket.get(objectKey)).body.toString(), expected)
      }
    })

    test("reports the CRC of the whole object", async () => {
      const pieces = [1, 0, 70_000, 3, 70_000, 200_000].map((size) => randomBytes(size))
      const answers = await appendAll(bucket, "summed", pieces)
      for (const [index, answer] of answers.entries()) {
        const whole = await bucket.put("whole", Buffer.concat(pieces.slice(0, index + 1)))
        assert.equal(answer.headers[CRC], whole.headers[CRC])
      }
      const head = await bucket.send({ method: "HEAD", objectKey: "summed" })
      assert.equal(head.headers[CRC], answers.at(-1)?.headers[CRC])
      assert.equal(head.headers["etag"], answers.at(-1)?.headers["etag"])
    })

    test("reads whole, and by ranges over many appends", async () => {
      const pieces = Array.from({ length: 40 }, (_, index) => randomBytes((index * 977) % 40_000))
      await appendAll(bucket, "ranged", pieces, {})
      const content = Buffer.concat(pieces)
      assert.deepEqual((await bucket.get("ranged")).body, content)
      const last = content.length - 1
      for (const [first, end] of [
        [0, 0],
        [976, 977],
        [0, last],
        [last, last],
        [100_000, 300_000],
        [123_456, 123_456],
        [content.length - 70_000, last],
      ] as const) {
        const headers = { range: `bytes=${first}-${end}` }
        const got = await bucket.send({ method: "GET", objectKey: "ranged", headers })
        assert.equal(got.status, 206)
        assert.deepEqual(got.body, content.subarray(first, end + 1), `${first}-${end}`)
      }
    })

    test("of no bytes creates an empty object, to which more can be appended", async () => {
      await appendAll(bucket, "empty", [""])
      assert.equal((await bucket.get("empty")).body.length, 0)
      await appendAll(bucket, "empty-then", ["", "", "x", ""])
      assert.equal((await bucket.get("empty-then")).body.toString(), "x")
    })

    test("starts again after a deletion, and a put replaces the object", async () => {
      await appendAll(bucket, "anew", ["old", "er"])
      await bucket.send({ method: "DELETE", objectKey: "anew" })
      assert.equal(await bucket.codeOf(appendOf("anew", 5, "x")), "409 PositionNotEqualToLength")
      await appendAll(bucket, "anew", ["new"])
      assert.equal((await bucket.get("anew")).body.toString(), "new")
      await bucket.put("anew", "put")
      assert.equal(await bucket.codeOf(appendOf("anew", 3, "x")), "409 ObjectNotAppendable")
    })

    test("adds to the newest version, and creates one where a marker is the newest", async () => {
      const versioned = await makeBucket(server, "append-versions")
      await versioned.setVersioning("Enabled")
      const [first, second] = await appendAll(versioned, "log", ["a", "b"])
      assert.ok(first !== undefined && second !== undefined)
      assert.equal(versionIdOf(second), versionIdOf(first))
      const marker = await versioned.send({ method: "DELETE", objectKey: "log" })
      const [third] = await appendAll(versioned, "log", ["c"])
      assert.ok(third !== undefined)
      assert.notEqual(versionIdOf(third), versionIdOf(first))
      const old = await versioned.get("log", { versionId: versionIdOf(first) })
      assert.equal(old.body.toString(), "ab")
      for (const versionId of [versionIdOf(third), versionIdOf(marker)]) {
        await versioned.send({ method: "DELETE", objectKey: "log", query: { versionId } })
      }
      assert.equal(await versioned.codeOf(appendOf("log", 2, "c")), "200")
      assert.equal((await versioned.get("log")).body.toString(), "abc")
    })

    test("refuses the encryption header by the founding document, and leaves nothing", async () => {
      for (const value of ["AES256", "KMS", "SM4"]) {
        const request = appendOf("refused", 0, "x", { [HEADER]: value })
        assert.equal(await bucket.codeOf(request), "400 InvalidArgument")
        assert.equal((await bucket.get("refused")).code, "NoSuchKey")
      }
    })

    test("uses the bucket's default, and keeps it when the default changes", async () => {
      const encrypted = await makeBucket(server, "append-default")
      await setDefault(encrypted, "KMS")
      const [created] = await appendAll(encrypted, "log", ["a"])
      const cmkId = created?.headers[CMK_HEADER]
      assert.equal(created?.headers[HEADER], "KMS")
      assert.match(String(cmkId), /^[0-9a-f-]{36}$/)
      await setDefault(encrypted, "AES256")
      const later = await encrypted.send(appendOf("log", 1, "b"))
      const got = await encrypted.get("log")
      for (const { headers } of [later, got]) {
        assert.equal(headers[HEADER], "KMS")
        assert.equal(headers[CMK_HEADER], cmkId)
      }
      assert.equal(got.body.toString(), "ab")
    })

    test("under a disabled CMK gets 409 KeyDisabled, and adds nothing", async () => {
      const encrypted = await makeBucket(server, "append-disabled")
      const { keyService } = server.data
      const { cmkId } = await keyService.createCmk(KEEPER, { description: "" })
      await setDefault(encrypted, "KMS", `<KMSMasterKeyID>${cmkId}</KMSMasterKeyID>`)
      await appendAll(encrypted, "log", ["a"])
      await keyService.disableCmk(KEEPER, cmkId)
      assert.equal(await encrypted.codeOf(appendOf("log", 1, "b")), "409 KeyDisabled")
      await keyService.enableCmk(KEEPER, cmkId)
      assert.equal((await encrypted.get("log")).body.toString(), "a")
      assert.equal(await encrypted.codeOf(appendOf("log", 1, "b")), "200")
    })

    test("with the setting current accepts the header when it creates the object, and not later", async () => {
      const current = await start({ encryptionHeaderOperations: "current" })
      const own = await makeBucket(current, "current-bucket")
      const sm4 = { [HEADER]: "KMS", "x-oss-server-side-data-encryption": "SM4" }
      for (const [objectKey, headers] of [
        ["aes", { [HEADER]: "AES256" }],
        ["sm4", { [HEADER]: "SM4" }],
        ["kms-sm4", sm4],
        ["plain", {}],
      ] as const) {
        const expected: Record<string, string> = headers
        const created = await own.send(appendOf(objectKey, 0, "a", headers))
        const later = await own.send(appendOf(objectKey, 1, "b", { [HEADER]: "KMS" }))
        const got = await own.get(objectKey)
        assert.equal(got.body.toString(), "ab")
        for (const answer of [created, later, got]) {
          assert.equal(answer.status, 200)
          assert.equal(answer.headers[HEADER], expected[HEADER])
          const dataEncryption = "x-oss-server-side-data-encryption"
          assert.equal(answer.headers[dataEncryption], expected[dataEncryption])
        }
      }
      await current.stop()
    })
  })
}

async function setDefault(bucket: BucketClient, algorithm: string, more = ""): Promise<void> {
  const rule = `<SSEAlgorithm>${algorithm}</SSEAlgorithm>${more}`
  const inner = `<ApplyServerSideEncryptionByDefault>${rule}</ApplyServerSideEncryptionByDefault>`
  const body = `<ServerSideEncryptionRule>${inner}</ServerSideEncryptionRule>`
  const answer = await bucket.send({ method: "PUT", query: { encryption: "" }, body })
  assert.equal(answer.status, 200)
}

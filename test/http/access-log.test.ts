// What the log says about requests, with a running server and real connections.
import assert from "node:assert/strict"
import { once } from "node:events"
import { connect } from "node:net"
import { after, before, describe, test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import RpcClient from "@alicloud/pop-core"
import { pino } from "pino"
import { type BucketClient, makeBucket } from "../oss/bucket-client.ts"
import { startMemoryServer, TEST_ACCESS_KEY, type TestServer } from "../oss/running-server.ts"

type Line = Readonly<Record<string, unknown>>

const lines: Line[] = []
const log = pino(
  { base: null },
  { write: (text: string) => void lines.push(JSON.parse(text) as Line) },
)

const PATIENCE_MS = 10_000

/** The first line with these fields, as soon as it exists. */
async function lineOf(fields: Line): Promise<Line> {
  for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs;) {
    const found = lines.find((line) =>
      Object.entries(fields).every(([name, value]) => line[name] === value),
    )
    if (found !== undefined) return found
    await turn()
  }
  return assert.fail(`no line has ${JSON.stringify(fields)}`)
}

describe("with --access-log on every OSS request is a line at info", () => {
  let server: TestServer
  let bucket: BucketClient

  before(async () => {
    server = await startMemoryServer({ accessLog: true, log })
    bucket = await makeBucket(server, "logged-bucket")
    const acl = { "x-oss-acl": "public-read-write" }
    await bucket.send({ method: "PUT", query: { acl: "" }, headers: acl })
  })

  after(() => server.stop())

  test("it says who asked for what, from where, and how much went either way", async () => {
    const { headers } = await bucket.put("a b", "hello")
    const { ms, time, requestId, ...line } = await lineOf({ object: "a b" })
    assert.equal(requestId, headers["x-oss-request-id"])
    assert.deepEqual([typeof ms, typeof time], ["number", "number"])
    assert.deepEqual(line, {
      level: 30,
      msg: "oss request",
      requester: server.data.accountId,
      sourceAddress: "127.0.0.1",
      secure: false,
      method: "PUT",
      operation: "PutObject",
      bucket: "logged-bucket",
      object: "a b",
      status: 200,
      bytesIn: 5,
      bytesOut: 0,
    })
    await bucket.get("a b")
    const { bytesIn, bytesOut } = await lineOf({ operation: "GetObject" })
    assert.deepEqual([bytesIn, bytesOut], [0, 5])
  })

  test("an error has its code, and a stranger no name; the query is never in it", async () => {
    await fetch(`${server.ossEndpoint}/logged-bucket/secret?acl&Signature=c2VjcmV0`)
    const line = await lineOf({ object: "secret" })
    assert.equal(line["errorCode"], "AccessDenied")
    await fetch(`${server.ossEndpoint}/logged-bucket/nothing`)
    const { requester, errorCode } = await lineOf({ object: "nothing" })
    assert.deepEqual([requester, errorCode], ["anonymous", "NoSuchKey"])
    assert.doesNotMatch(JSON.stringify(lines), /c2VjcmV0|OSS4-HMAC|Signature/)
  })

  test("a response that the client does not read to its end is logged as cut", async () => {
    await bucket.put("large", Buffer.alloc(24 * 1024 ** 2))
    const socket = connect({ port: Number(new URL(server.ossEndpoint).port), host: "127.0.0.1" })
    socket.write("GET /logged-bucket/large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await once(socket, "data")
    socket.destroy()
    const { status, bytesOut } = await lineOf({ object: "large", cut: true })
    assert.equal(status, 200)
    assert.ok(Number(bytesOut) < 24 * 1024 ** 2)
  })

  test("an upload that breaks off is logged as cut, with the bytes that had arrived", async () => {
    const socket = connect({ port: Number(new URL(server.ossEndpoint).port), host: "127.0.0.1" })
    const head =
      "PUT /logged-bucket/broken HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    socket.write(`${head}Expect: 100-continue\r\n\r\n`)
    await once(socket, "data")
    await new Promise((resolve) => socket.write(Buffer.alloc(50_000), resolve))
    socket.end()
    socket.destroySoon()
    const { bytesIn, errorCode } = await lineOf({ object: "broken", cut: true })
    assert.equal(errorCode, "IncompleteBody")
    assert.ok(Number(bytesIn) <= 50_000)
  })
})

describe("every KMS request is a line at info", () => {
  let server: TestServer
  let client: RpcClient
  const kms = (action: string, parameters: Record<string, string> = {}) =>
    client.request<{ KeyMetadata: { KeyId: string }; CiphertextBlob: string }>(action, parameters)

  before(async () => {
    server = await startMemoryServer({ log })
    const { kmsEndpoint: endpoint } = server
    client = new RpcClient({ ...TEST_ACCESS_KEY, endpoint, apiVersion: "2016-01-20" })
  })

  after(() => server.stop())

  test("it names the caller, the CMK by its id and the source address, and no other parameter", async () => {
    const { KeyMetadata: cmk } = await kms("CreateKey")
    await kms("CreateAlias", { KeyId: cmk.KeyId, AliasName: "alias/logged" })
    const Plaintext = Buffer.from("very secret").toString("base64")
    const { CiphertextBlob } = await kms("Encrypt", { KeyId: "alias/logged", Plaintext })
    await kms("Decrypt", { CiphertextBlob })
    for (const action of ["CreateKey", "CreateAlias", "Encrypt", "Decrypt"]) {
      const line = await lineOf({ action })
      assert.deepEqual(
        [line["caller"], line["sourceAddress"], line["secure"], line["cmk"], line["status"]],
        [server.data.accountId, "127.0.0.1", false, cmk.KeyId, 200],
      )
    }
    for (const secret of [Plaintext, "very secret", CiphertextBlob, "Signature"]) {
      assert.equal(JSON.stringify(lines).includes(secret), false)
    }
  })

  test("for a refusal too, where only the ciphertext identifies the CMK", async () => {
    const { KeyMetadata: cmk } = await kms("CreateKey")
    const { CiphertextBlob } = await kms("Encrypt", { KeyId: cmk.KeyId, Plaintext: "eA==" })
    await kms("DisableKey", { KeyId: cmk.KeyId })
    await assert.rejects(kms("Decrypt", { CiphertextBlob }))
    const line = await lineOf({ action: "Decrypt", code: "Rejected.Disabled" })
    assert.deepEqual(
      [line["caller"], line["cmk"], line["status"], line["msg"]],
      [server.data.accountId, cmk.KeyId, 409, "kms request refused"],
    )
  })

  test("a caller whose signature is wrong is unknown", async () => {
    await fetch(`${server.kmsEndpoint}/?Action=ListKeys&Version=2016-01-20`)
    const { code, sourceAddress } = await lineOf({ msg: "kms request refused", caller: "unknown" })
    assert.deepEqual([code, sourceAddress], ["MissingAccessKeyId", "127.0.0.1"])
  })
})

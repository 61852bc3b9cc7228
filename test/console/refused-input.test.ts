// What the admin API would drop or change is refused, and nothing is done.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { makeBucket } from "../oss/bucket-client.ts"
import { CONSOLE_CONFIG, startMemoryServer, type TestServer } from "../oss/running-server.ts"
import { type ConsoleClient, signInToConsole } from "./console-client.ts"

describe("the admin API", () => {
  let server: TestServer
  let client: ConsoleClient
  let cmkId: string
  before(async () => {
    server = await startMemoryServer(CONSOLE_CONFIG)
    client = await signInToConsole(server)
    cmkId = String((await client.call("POST", "/api/keys", {}))["cmkId"])
  })
  after(() => server.stop())

  async function assertRefused(method: string, path: string, body?: unknown): Promise<void> {
    const { status, json } = await client.send(method, path, { body })
    assert.deepEqual([status, json["code"]], [400, "InvalidRequest"], JSON.stringify(json))
  }

  test("refuses a prefix and a place with a NUL in the list of buckets", async () => {
    for (const name of ["prefix", "after"]) await assertRefused("GET", `/api/buckets?${name}=a%00`)
  })

  test("refuses an encryption context that it would not keep, or that the KMS API does not take", async () => {
    const path = `/api/keys/${cmkId}/encrypt`
    const seal = async (context: string): Promise<void> => {
      const body = JSON.parse(`{"plaintext":"a","encryptionContext":${context}}`) as unknown
      await assertRefused("POST", path, body)
    }
    await seal('{"__proto__":"a"}')
    await seal(String.raw`{"a":"\ud800"}`)
    await seal(`{"a":"${"x".repeat(8185)}"}`)
    const encryptionContext = { a: "x".repeat(8184) }
    await client.call("POST", path, { plaintext: "a", encryptionContext })
  })

  test("refuses text that is not valid Unicode, which it could not return unchanged", async () => {
    const broken = "a\ud800"
    await assertRefused("POST", `/api/keys/${cmkId}/encrypt`, { plaintext: broken })
    await assertRefused("PUT", `/api/keys/${cmkId}/description`, { description: broken })
    const { description } = await client.call("GET", `/api/keys/${cmkId}`)
    assert.equal(description, "")
  })

  test("refuses a longer body than any operation without a list needs", async () => {
    const body = { description: "x".repeat(131_072) }
    const { status, json } = await client.send("POST", "/api/keys", { body })
    assert.deepEqual([status, json["code"]], [400, "TooLarge"])
  })

  test("refuses a CMK and a cipher of bytes with a method that takes neither", async () => {
    const bucket = await makeBucket(server, "refused-choice")
    const path = `/api/buckets/${bucket.name}/encryption`
    for (const method of ["none", "AES256", "SM4"]) {
      await assertRefused("PUT", path, { method, cmk: cmkId })
      await assertRefused("PUT", path, { method, dataEncryption: "SM4" })
    }
    await client.call("PUT", path, { method: "KMS", cmk: cmkId, dataEncryption: "SM4" })
  })
})

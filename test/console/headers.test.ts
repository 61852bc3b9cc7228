// What happens to an object when its headers and metadata are changed in the console, and what an upload requests.
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import {
  aliOss,
  CONSOLE_CONFIG,
  startMemoryServer,
  type TestServer,
} from "../oss/running-server.ts"
import { type ConsoleClient, signInToConsole } from "./console-client.ts"

type Fields = Readonly<Record<string, unknown>>

const SSE = "x-oss-server-side-encryption"

describe("headers and metadata of an object", () => {
  let server: TestServer
  let client: ConsoleClient
  let cmkId: string

  before(async () => {
    server = await startMemoryServer(CONSOLE_CONFIG)
    client = await signInToConsole(server)
    cmkId = String((await client.call("POST", "/api/keys", {}))["cmkId"])
    const defaultEncryption = { method: "AES256" }
    for (const name of ["plain", "kept"]) {
      await client.call("POST", "/api/buckets", { name, defaultEncryption })
    }
    await client.call("PUT", "/api/buckets/kept/versioning", { versioning: "enabled" })
  })

  after(() => server.stop())

  const put = async (bucket: string, name: string, headers: Record<string, string>) =>
    await aliOss(server, { bucket }).put(name, Buffer.from("content"), { headers })

  const read = async (bucket: string, objectKey: string): Promise<Fields> =>
    await client.call(
      "GET",
      `/api/buckets/${bucket}/object?objectKey=${encodeURIComponent(objectKey)}`,
    )

  const change = async (bucket: string, body: Fields) =>
    await client.send("PUT", `/api/buckets/${bucket}/object/headers`, { body })

  test("a change keeps content, encryption, key, cipher, ACL and storage class", async () => {
    const underKms = { [SSE]: "KMS", "x-oss-server-side-encryption-key-id": cmkId }
    const sm4 = { ...underKms, "x-oss-server-side-data-encryption": "SM4" }
    for (const [name, encryption] of [
      ["kms", underKms],
      ["sm4", sm4],
      ["aes", { [SSE]: "AES256" }],
      ["default-key", { [SSE]: "KMS" }],
    ] as const) {
      await put("plain", name, {
        ...encryption,
        "x-oss-object-acl": "public-read",
        "x-oss-storage-class": "IA",
        "x-oss-meta-old": "gone",
      })
      const before = await read("plain", name)
      const headers = { "content-type": "text/x-new", "x-oss-meta-new": "here" }
      const answer = await change("plain", { objectKey: name, etag: before["etag"], headers })
      assert.equal(answer.status, 200, answer.body.toString())
      const { headers: changed, lastModifiedAt: _later, ...after } = await read("plain", name)
      const { headers: _headers, lastModifiedAt: _earlier, ...rest } = before
      assert.deepEqual(after, rest)
      assert.deepEqual(changed, [
        { name: "content-type", value: "text/x-new" },
        { name: "x-oss-meta-new", value: "here" },
      ])
      const got = await aliOss(server, { bucket: "plain" }).get(name)
      assert.equal(String(got.content), "content")
      const answered = got.res.headers as Record<string, string>
      const asked: Record<string, string> = encryption
      assert.equal(
        answered["x-oss-server-side-data-encryption"],
        asked["x-oss-server-side-data-encryption"],
      )
    }
  })

  test("where versions are kept, a change creates a new version, and the older one is unchanged", async () => {
    await put("kept", "a", { "x-oss-meta-n": "1" })
    const first = await read("kept", "a")
    const headers = { "x-oss-meta-n": "2" }
    const answer = await change("kept", { objectKey: "a", etag: first["etag"], headers })
    assert.equal(answer.status, 200)
    const { items } = await client.call("GET", "/api/buckets/kept/versions?prefix=a")
    assert.equal((items as unknown[]).length, 2)
    const older = await client.call(
      "GET",
      `/api/buckets/kept/object?objectKey=a&versionId=${String(first["versionId"])}`,
    )
    assert.deepEqual(older["headers"], first["headers"])
  })

  test("an object that was written in the meantime is not overwritten", async () => {
    await put("plain", "raced", {})
    const { etag } = await read("plain", "raced")
    await aliOss(server, { bucket: "plain" }).put("raced", Buffer.from("newer"))
    const answer = await change("plain", { objectKey: "raced", etag, headers: {} })
    assert.equal(answer.json["code"], "ConditionFailed")
    const got = await aliOss(server, { bucket: "plain" }).get("raced")
    assert.equal(String(got.content), "newer")
  })

  test("under a disabled key nothing is changed", async () => {
    const made = await client.call("POST", "/api/keys", {})
    const id = String(made["cmkId"])
    await put("plain", "locked", { [SSE]: "KMS", "x-oss-server-side-encryption-key-id": id })
    const { etag } = await read("plain", "locked")
    await client.call("POST", `/api/keys/${id}/disable`)
    const answer = await change("plain", { objectKey: "locked", etag, headers: {} })
    assert.equal(answer.json["code"], "KeyDisabled")
  })

  test("metadata of client-side encryption is kept, and cannot be changed", async () => {
    const own = {
      "x-oss-meta-client-side-encryption-key": "wrapped",
      "x-oss-meta-client-side-encryption-start": "iv",
      "x-oss-meta-client-side-encryption-cek-alg": "AES/CTR/NoPadding",
      "x-oss-meta-client-side-encryption-wrap-alg": "RSA",
    }
    await put("plain", "own", { ...own, "x-oss-meta-note": "1" })
    const { etag } = await read("plain", "own")
    const forged = { "x-oss-meta-client-side-encryption-key": "other" }
    const refused = await change("plain", { objectKey: "own", etag, headers: forged })
    assert.equal(refused.json["code"], "InvalidRequest")
    assert.equal((await change("plain", { objectKey: "own", etag, headers: {} })).status, 200)
    const { headers } = await read("plain", "own")
    const names = (headers as { name: string }[]).map(({ name }) => name).sort()
    assert.deepEqual(names, ["content-type", ...Object.keys(own)].sort())
  })

  test("headers that are not stored, and values that are not valid in a header, are refused", async () => {
    await put("plain", "strict", {})
    const { etag } = await read("plain", "strict")
    for (const headers of [
      { "x-oss-object-acl": "public-read" },
      { etag: "x" },
      { "x-oss-meta-": "x" },
      { "X-Oss-Meta-A": "x" },
      { "x-oss-meta-a": "line\r\nbreak: x" },
      { "x-oss-meta-a": "名" },
      { "x-oss-meta-a": "a".repeat(8190) },
    ]) {
      const answer = await change("plain", { objectKey: "strict", etag, headers })
      assert.equal(answer.json["code"], "InvalidRequest", JSON.stringify(headers))
    }
  })

  test("a presigned PUT that bypasses the default is refused, because no header can request it", async () => {
    const body = { objectKey: "none", encryption: { method: "none" } }
    const path = "object/presign-put"
    const refused = await client.send("POST", `/api/buckets/plain/${path}`, { body })
    assert.deepEqual([refused.status, refused.json["field"]], [400, "encryption"])
    await client.call("POST", "/api/buckets", { name: "bare" })
    assert.equal((await client.send("POST", `/api/buckets/bare/${path}`, { body })).status, 200)
  })
})

// The console next to the official KMS client: both use the same key service.
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import RPCClient from "@alicloud/pop-core"
import {
  CONSOLE_CONFIG,
  startMemoryServer,
  TEST_ACCESS_KEY,
  type TestServer,
} from "../oss/running-server.ts"
import { signInToConsole } from "./console-client.ts"

let server: TestServer
before(async () => {
  server = await startMemoryServer(CONSOLE_CONFIG)
})
after(() => server.stop())

function kmsClient(): RPCClient {
  const { kmsEndpoint: endpoint } = server
  return new RPCClient({ ...TEST_ACCESS_KEY, endpoint, apiVersion: "2016-01-20" })
}

test("what the console encrypts, the SDK decrypts, and vice versa", async () => {
  const client = await signInToConsole(server)
  const { cmkId } = await client.call("POST", "/api/keys", {})
  const plaintext = Buffer.from("plain").toString("base64")
  const encryptionContext = { purpose: "test" }
  const EncryptionContext = JSON.stringify(encryptionContext)
  const made = await client.call("POST", `/api/keys/${String(cmkId)}/encrypt`, {
    plaintext,
    encryptionContext,
  })
  const opened = await kmsClient().request<{ Plaintext: string }>("Decrypt", {
    CiphertextBlob: made["ciphertextBlob"],
    EncryptionContext,
  })
  assert.equal(opened.Plaintext, plaintext)
  const { CiphertextBlob } = await kmsClient().request<{ CiphertextBlob: string }>("Encrypt", {
    KeyId: cmkId,
    Plaintext: plaintext,
    EncryptionContext,
  })
  const body = { ciphertextBlob: CiphertextBlob, encryptionContext }
  assert.equal((await client.call("POST", "/api/decrypt", body))["plaintext"], plaintext)
})

test("requests of the KMS API are listed with their caller, CMK and result", async () => {
  const client = await signInToConsole(server)
  const { KeyMetadata } = await kmsClient().request<{ KeyMetadata: { KeyId: string } }>(
    "CreateKey",
    {},
  )
  const { KeyId } = KeyMetadata
  await kmsClient().request("DisableKey", { KeyId })
  await assert.rejects(kmsClient().request("Encrypt", { KeyId, Plaintext: "a" }))
  const wrong = { ...TEST_ACCESS_KEY, accessKeySecret: "wrong", endpoint: server.kmsEndpoint }
  const stranger = new RPCClient({ ...wrong, apiVersion: "2016-01-20" })
  await assert.rejects(stranger.request("ListKeys", {}))
  const { items } = await client.call("GET", "/api/requests?action=kms:&limit=4")
  const { accessKeyId } = TEST_ACCESS_KEY
  assert.deepEqual(
    (items as Readonly<Record<string, unknown>>[]).map((item) => [
      item["action"],
      item["caller"],
      item["cmkId"],
      item["errorCode"],
    ]),
    [
      ["kms:ListKeys", "", null, "SignatureDoesNotMatch"],
      ["kms:Encrypt", accessKeyId, KeyId, "Rejected.Disabled"],
      ["kms:DisableKey", accessKeyId, KeyId, null],
      ["kms:CreateKey", accessKeyId, KeyId, null],
    ],
  )
})

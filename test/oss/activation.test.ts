// `--kms on|off|ask` on both APIs and both engines.
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import RPCClient from "@alicloud/pop-core"
import { createMemoryEngines } from "../../src/data-directory.ts"
import type { KmsMode } from "../../src/kms/kms-mode.ts"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  startLocalServer,
  startMemoryServer,
  TEST_ACCESS_KEY,
  type TestServer,
} from "./running-server.ts"
import { codeOf, type SignedRequest } from "./signed-client.ts"

type Start = (kms: KmsMode) => Promise<TestServer>

async function memoryEngine(): Promise<{ start: Start; remove: () => Promise<void> }> {
  const engines = createMemoryEngines()
  const start: Start = (kms) => startMemoryServer({ kms }, engines)
  return await Promise.resolve({ start, remove: () => Promise.resolve() })
}

async function localEngine(): Promise<{ start: Start; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "osseal-activation-"))
  const start: Start = (kms) => startLocalServer({ kms }, { directory })
  return { start, remove: () => rm(directory, { recursive: true, force: true }) }
}

const KMS = { "x-oss-server-side-encryption": "KMS" }
const AES = { "x-oss-server-side-encryption": "AES256" }
const bucketName = "activation"
const rule = (algorithm: string): string =>
  `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`

/** Each OSS request, and its response while the key service is not activated. */
const WHILE_OFF: readonly (readonly [string, SignedRequest, string])[] = [
  [
    "a write under a CMK",
    { method: "PUT", objectKey: "new", headers: KMS, body: "a" },
    "403 KmsServiceNotEnabled",
  ],
  ["a write under AES256", { method: "PUT", objectKey: "aes-new", headers: AES, body: "a" }, "200"],
  ["a write without the header", { method: "PUT", objectKey: "plain", body: "a" }, "200"],
  ["a read under a CMK", { method: "GET", objectKey: "kms" }, "403 KmsServiceNotEnabled"],
  ["a read under AES256", { method: "GET", objectKey: "aes" }, "200"],
  ["HEAD of an object under a CMK", { method: "HEAD", objectKey: "kms" }, "200"],
  ["a list", { method: "GET" }, "200"],
  [
    "an upload under a CMK",
    { method: "POST", objectKey: "up", query: { uploads: "" }, headers: KMS },
    "403 KmsServiceNotEnabled",
  ],
  [
    "a copy from a CMK to AES256",
    {
      method: "PUT",
      objectKey: "copy",
      headers: { ...AES, "x-oss-copy-source": `/${bucketName}/kms` },
    },
    "403 KmsServiceNotEnabled",
  ],
  [
    "a copy from AES256 to a CMK",
    {
      method: "PUT",
      objectKey: "copy",
      headers: { ...KMS, "x-oss-copy-source": `/${bucketName}/aes` },
    },
    "403 KmsServiceNotEnabled",
  ],
  [
    "a default that names KMS",
    { method: "PUT", query: { encryption: "" }, body: rule("KMS") },
    "200",
  ],
  [
    "a write under that default",
    { method: "PUT", objectKey: "by-default", body: "a" },
    "403 KmsServiceNotEnabled",
  ],
  [
    "a default that names AES256",
    { method: "PUT", query: { encryption: "" }, body: rule("AES256") },
    "200",
  ],
  ["a deletion of an object under a CMK", { method: "DELETE", objectKey: "doomed" }, "204"],
]

function kmsClient({ kmsEndpoint }: TestServer): RPCClient {
  return new RPCClient({ ...TEST_ACCESS_KEY, endpoint: kmsEndpoint, apiVersion: "2016-01-20" })
}

async function kmsCode(
  server: TestServer,
  action: string,
  parameters: Record<string, string> = {},
): Promise<string> {
  try {
    await kmsClient(server).request(action, parameters)
    return "OK"
  } catch (error) {
    return String((error as { code?: string }).code)
  }
}

/** The response to every action but two while the key service is not activated. */
const ACTIONS: readonly (readonly [string, Record<string, string>])[] = [
  ["CreateKey", {}],
  ["ListKeys", {}],
  ["DescribeKey", { KeyId: "alias/acs/oss" }],
  ["ListAliases", {}],
  ["Encrypt", { KeyId: "alias/acs/oss", Plaintext: "a" }],
  ["GenerateDataKey", { KeyId: "alias/acs/oss" }],
  ["Decrypt", { CiphertextBlob: "YQ==" }],
]

async function checkOff(server: TestServer): Promise<void> {
  for (const [what, request, expected] of WHILE_OFF) {
    assert.equal(await codeOf(server, { bucketName, ...request }), expected, what)
  }
  for (const [action, parameters] of ACTIONS) {
    const code = await kmsCode(server, action, parameters)
    assert.equal(code, "Forbidden.KmsServiceNotEnabled", action)
  }
  const status = await kmsClient(server).request("DescribeAccountKmsStatus", {})
  assert.equal((status as Record<string, unknown>)["AccountStatus"], "NotEnabled")
}

async function checkOn(server: TestServer): Promise<void> {
  assert.equal(await codeOf(server, { bucketName, method: "GET", objectKey: "kms" }), "200")
  const put = { bucketName, method: "PUT", objectKey: "new", headers: KMS, body: "a" }
  assert.equal(await codeOf(server, put), "200")
  const status = await kmsClient(server).request("DescribeAccountKmsStatus", {})
  assert.equal((status as Record<string, unknown>)["AccountStatus"], "Enabled")
  assert.equal(await kmsCode(server, "OpenKmsService"), "Forbidden.Opened")
  assert.equal(await kmsCode(server, "ListKeys"), "OK")
}

for (const [name, makeEngine] of [
  ["memory", memoryEngine],
  ["local", localEngine],
] as const) {
  describe(`the activation of the key service on the ${name} engine`, () => {
    test("off: what needs a CMK is refused, everything else works, and nobody can activate the key service", async () => {
      const { start, remove } = await makeEngine()
      await withServer(start, "on", fill)
      await withServer(start, "off", async (server) => {
        await checkOff(server)
        assert.equal(await kmsCode(server, "OpenKmsService"), "Forbidden.NoPermission")
        await checkOff(server)
      })
      await withServer(start, "on", checkOn)
      await remove()
    })

    test("ask: off until OpenKmsService, then on, even after a restart", async () => {
      const { start, remove } = await makeEngine()
      await withServer(start, "on", fill)
      await withServer(start, "ask", async (server) => {
        await checkOff(server)
        assert.equal(await kmsCode(server, "OpenKmsService"), "OK")
        await checkOn(server)
      })
      await withServer(start, "ask", checkOn)
      await remove()
    })

    test("the default CMK is created by the first write under KMS, and belongs to the service", async () => {
      const { start, remove } = await makeEngine()
      await withServer(start, "ask", async (server) => {
        await codeOf(server, { bucketName, method: "PUT" })
        await kmsClient(server).request("OpenKmsService", {})
        const before = await kmsClient(server).request("ListKeys", {})
        assert.equal((before as { TotalCount: number }).TotalCount, 0)
        const put = { bucketName, method: "PUT", objectKey: "first", headers: KMS, body: "a" }
        assert.equal(await codeOf(server, put), "200")
        const described = await kmsClient(server).request("DescribeKey", { KeyId: "alias/acs/oss" })
        const { Creator, KeyId } = (described as { KeyMetadata: Record<string, string> })
          .KeyMetadata
        assert.equal(Creator, "OSS")
        for (const [action, more] of [
          ["DisableKey", {}],
          ["ScheduleKeyDeletion", { PendingWindowInDays: "7" }],
          ["UpdateKeyDescription", { Description: "mine" }],
          ["CreateAlias", { AliasName: "alias/mine" }],
        ] as const) {
          const code = await kmsCode(server, action, { KeyId: String(KeyId), ...more })
          assert.equal(code, "UnsupportedOperation", action)
        }
      })
      await remove()
    })
  })
}

async function withServer(
  start: Start,
  kms: KmsMode,
  use: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await start(kms)
  try {
    await use(server)
  } finally {
    await server.stop()
  }
}

/** Objects of every kind, from before the key service was switched off. */
async function fill(server: TestServer): Promise<void> {
  await codeOf(server, { bucketName, method: "PUT" })
  for (const [objectKey, headers] of [
    ["kms", KMS],
    ["doomed", KMS],
    ["aes", AES],
  ] as const) {
    const put = { bucketName, method: "PUT", objectKey, headers, body: "text" }
    assert.equal(await codeOf(server, put), "200")
  }
}

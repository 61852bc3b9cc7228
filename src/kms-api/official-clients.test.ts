import assert from "node:assert/strict"
import { OWNER } from "../../test/kms/key-service-fixture.ts"
import { createRequire } from "node:module"
import { describe, test, type TestContext } from "node:test"
import kms20160120 from "@alicloud/kms20160120"
import RpcClient from "@alicloud/pop-core"
import { systemClock } from "../base/clock.ts"
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_SECRET,
  type KmsDoor,
  openKmsDoor,
} from "../../test/kms/kms-door.ts"

// The official clients over sockets, as published in the registry.

type Fields = Record<string, unknown>
type Send = (action: string, parameters: Fields) => Promise<Fields>

/**
 * The part that is used here. The declarations that come with the package need other packages, which do not come with
 * it.
 */
interface OpenapiClient {
  readonly Config: new (config: Fields) => object
  readonly Params: new (api: Fields) => object
  readonly OpenApiRequest: new (request: Fields) => object
  readonly default: new (config: object) => {
    callApi(api: object, request: object, runtime: object): Promise<{ body: Fields }>
  }
}

const openapi = createRequire(import.meta.url)("@alicloud/openapi-client") as OpenapiClient

const credentials = { accessKeyId: ACCESS_KEY_ID, accessKeySecret: ACCESS_KEY_SECRET }

function popCore({ host }: KmsDoor, method: "GET" | "POST", secret = ACCESS_KEY_SECRET): Send {
  const client = new RpcClient({
    endpoint: `http://${host}`,
    apiVersion: "2016-01-20",
    ...credentials,
    accessKeySecret: secret,
  })
  return async (action, parameters) => client.request<Fields>(action, parameters, { method })
}

function openapiClient({ host }: KmsDoor, how: "query" | "form", signature?: "v2"): Send {
  const client = new openapi.default(
    new openapi.Config({
      ...credentials,
      endpoint: host,
      protocol: "http",
      regionId: "cn-hangzhou",
      ...(signature === undefined ? {} : { signatureAlgorithm: signature }),
    }),
  )
  return async (action, parameters) => {
    const api = new openapi.Params({
      action,
      version: "2016-01-20",
      protocol: "HTTP",
      pathname: "/",
      method: "POST",
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "json",
    })
    const request = new openapi.OpenApiRequest(
      how === "query" ? { query: parameters } : { body: parameters },
    )
    return (await client.callApi(api, request, {})).body
  }
}

function typedClient({ host }: KmsDoor): kms20160120.default {
  const config = { ...credentials, endpoint: host, protocol: "http", regionId: "cn-hangzhou" }
  // The constructor only reads fields; its class is in a package that we do not depend on.
  return new kms20160120.default(config as never)
}

const CLIENTS: Record<string, (door: KmsDoor) => Send> = {
  "pop-core with GET": (door) => popCore(door, "GET"),
  "pop-core with a POST form": (door) => popCore(door, "POST"),
  "openapi-client with ACS3 and a query": (door) => openapiClient(door, "query"),
  "openapi-client with ACS3 and a form": (door) => openapiClient(door, "form"),
  "openapi-client with the RPC signature": (door) => openapiClient(door, "query", "v2"),
}

const CONTEXT = JSON.stringify({ "na me": "va=lue&~*'()!", schlüssel: "😀" })
const PLAINTEXT = "not base64: ü ~*'()! + / = \u{1f600}"

for (const [name, connect] of Object.entries(CLIENTS)) {
  test(`${name} encrypts, decrypts and makes data keys`, async (t) => {
    const door = await openKmsDoor(t, systemClock)
    const send = connect(door)
    const { cmkId, primaryKeyVersionId } = await door.keyService.createCmk(OWNER, {
      description: "",
    })
    const encrypted = await send("Encrypt", {
      KeyId: cmkId,
      Plaintext: PLAINTEXT,
      EncryptionContext: CONTEXT,
    })
    assert.equal(encrypted["KeyId"], cmkId)
    assert.equal(encrypted["KeyVersionId"], primaryKeyVersionId)
    const decrypted = await send("Decrypt", {
      CiphertextBlob: encrypted["CiphertextBlob"],
      EncryptionContext: CONTEXT,
    })
    assert.equal(decrypted["Plaintext"], PLAINTEXT)
    assert.match(String(decrypted["RequestId"]), /^[0-9A-F-]{36}$/)

    const generated = await send("GenerateDataKey", {
      KeyId: cmkId,
      KeySpec: "AES_256",
      NumberOfBytes: 24,
    })
    assert.equal(Buffer.from(String(generated["Plaintext"]), "base64").length, 24)
    const opened = await send("Decrypt", { CiphertextBlob: generated["CiphertextBlob"] })
    assert.equal(opened["Plaintext"], generated["Plaintext"])

    const hidden = await send("GenerateDataKeyWithoutPlaintext", { KeyId: cmkId })
    assert.equal("Plaintext" in hidden, false)
    const found = await send("Decrypt", { CiphertextBlob: hidden["CiphertextBlob"] })
    assert.equal(Buffer.from(String(found["Plaintext"]), "base64").length, 32)
    const wrongContext = { CiphertextBlob: hidden["CiphertextBlob"], EncryptionContext: CONTEXT }
    await assert.rejects(send("Decrypt", wrongContext), { code: "InvalidParameter" })
  })

  test(`${name} surfaces the service's error code`, async (t) => {
    const send = connect(await openKmsDoor(t, systemClock))
    const KeyId = "00000000-0000-4000-8000-000000000000"
    await assert.rejects(send("DescribeKey", { KeyId }), { code: "Forbidden.KeyNotFound" })
  })
}

test("pop-core uses the string that the server signed to tell its user that the secret is wrong", async (t) => {
  const send = popCore(await openKmsDoor(t, systemClock), "GET", "wrong")
  await assert.rejects(send("ListKeys", {}), (error: Error & { code?: string }) => {
    assert.equal(error.code, "SignatureDoesNotMatch")
    assert.match(error.message, /server string to sign is:GET&%2F&AccessKeyId%3Dtestid%26Action%3D/)
    return true
  })
})

describe("@alicloud/kms20160120", () => {
  const models = kms20160120

  async function connect(t: TestContext): Promise<kms20160120.default> {
    return typedClient(await openKmsDoor(t, systemClock))
  }

  test("encrypts with its flattened context, decrypts and makes data keys", async (t) => {
    const client = await connect(t)
    const { keyMetadata } = await client.createKey(new models.CreateKeyRequest({}))
    const { keyId } = keyMetadata
    const encryptionContext = { b: "2", "a.c": "1", ü: "😀" }
    const encrypted = await client.encrypt(
      new models.EncryptRequest({ keyId, plaintext: PLAINTEXT, encryptionContext }),
    )
    const { ciphertextBlob } = encrypted
    const decrypted = await client.decrypt(
      new models.DecryptRequest({ ciphertextBlob, encryptionContext }),
    )
    assert.equal(decrypted.plaintext, PLAINTEXT)
    assert.equal(decrypted.keyVersionId, encrypted.keyVersionId)
    const other = new models.DecryptRequest({ ciphertextBlob, encryptionContext: { b: "2" } })
    await assert.rejects(client.decrypt(other), { code: "InvalidParameterError" })

    const dataKey = await client.generateDataKey(
      new models.GenerateDataKeyRequest({ keyId, numberOfBytes: 16 }),
    )
    assert.equal(Buffer.from(dataKey.plaintext, "base64").length, 16)
    const hidden = await client.generateDataKeyWithoutPlaintext(
      new models.GenerateDataKeyWithoutPlaintextRequest({ keyId, keySpec: "AES_128" }),
    )
    const found = await client.decrypt(
      new models.DecryptRequest({ ciphertextBlob: hidden.ciphertextBlob }),
    )
    assert.equal(Buffer.from(found.plaintext, "base64").length, 16)
  })

  test("manages a CMK through its states", async (t) => {
    const client = await connect(t)
    const created = await client.createKey(new models.CreateKeyRequest({ description: "a key" }))
    const { keyId, arn, primaryKeyVersion } = created.keyMetadata
    const describe = async () =>
      (await client.describeKey(new models.DescribeKeyRequest({ keyId: arn }))).keyMetadata
    assert.partialDeepStrictEqual(await describe(), {
      keyId,
      arn: `acs:kms:cn-hangzhou:1234567890123456:key/${keyId}`,
      creator: "1234567890123456",
      description: "a key",
      keyState: "Enabled",
      keyUsage: "ENCRYPT/DECRYPT",
      origin: "Aliyun_KMS",
      deleteDate: "",
    })
    await client.disableKey(new models.DisableKeyRequest({ keyId }))
    assert.equal((await describe()).keyState, "Disabled")
    const refused = client.encrypt(new models.EncryptRequest({ keyId, plaintext: "a" }))
    await assert.rejects(refused, { code: "Rejected.DisabledError" })
    await client.enableKey(new models.EnableKeyRequest({ keyId }))
    const schedule = { keyId, pendingWindowInDays: 7 }
    await client.scheduleKeyDeletion(new models.ScheduleKeyDeletionRequest(schedule))
    assert.match((await describe()).deleteDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    await client.cancelKeyDeletion(new models.CancelKeyDeletionRequest({ keyId }))
    assert.equal((await describe()).keyState, "Enabled")
    const versions = await client.listKeyVersions(new models.ListKeyVersionsRequest({ keyId }))
    assert.deepEqual(
      versions.keyVersions.keyVersion.map(({ keyVersionId }) => keyVersionId),
      [primaryKeyVersion],
    )
  })

  test("manages aliases and lists page by page", async (t) => {
    const client = await connect(t)
    assert.deepEqual((await client.listKeys(new models.ListKeysRequest({}))).keys.key, [])
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) {
      ids.push((await client.createKey(new models.CreateKeyRequest({}))).keyMetadata.keyId)
    }
    const [keyId, otherId] = ids
    const aliasName = "alias/a/b"
    await client.createAlias(new models.CreateAliasRequest({ aliasName, keyId }))
    await client.updateAlias(new models.UpdateAliasRequest({ aliasName, keyId: otherId }))
    const all = await client.listAliases(new models.ListAliasesRequest({}))
    assert.equal(all.totalCount, 1)
    assert.equal(all.aliases.alias[0]?.keyId, otherId)
    const own = await client.listAliasesByKeyId(new models.ListAliasesByKeyIdRequest({ keyId }))
    assert.deepEqual(own.aliases.alias, [])
    await client.deleteAlias(new models.DeleteAliasRequest({ aliasName }))
    const page = { pageNumber: 2, pageSize: 2 }
    const second = await client.listKeys(new models.ListKeysRequest(page))
    assert.equal(second.totalCount, 3)
    assert.equal(second.keys.key.length, 1)
  })
})

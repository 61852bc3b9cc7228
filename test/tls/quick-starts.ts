// The quick starts of the official clients, unchanged except for the endpoint. A separate program, because Node decides
// at its start what it trusts. Arguments: the ports of OSS and of KMS. Prints "fine".
import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { Readable } from "node:stream"
import kms20160120 from "@alicloud/kms20160120"
import RpcClient from "@alicloud/pop-core"
import OSS from "ali-oss"
import { DEV_ACCESS_KEY } from "../../src/config.ts"

const [ossPort = "", kmsPort = ""] = process.argv.slice(2)

/**
 * The part that is used here. The declarations that come with the package need other packages, which do not come with
 * it.
 */
interface OpenapiClient {
  readonly Config: new (config: object) => object
  readonly Params: new (api: object) => object
  readonly OpenApiRequest: new (request: object) => object
  readonly default: new (config: object) => {
    callApi(api: object, request: object, runtime: object): Promise<{ body: { KeyId: string } }>
  }
}

const openapi = createRequire(import.meta.url)("@alicloud/openapi-client") as OpenapiClient
const regionId = "cn-hangzhou"

async function typedClient(): Promise<string> {
  const config = { ...DEV_ACCESS_KEY, regionId, endpoint: `localhost:${kmsPort}` }
  // The constructor only reads fields; its class is in a package that we do not depend on.
  const client = new kms20160120.default(config as never)
  const { keyMetadata } = await client.createKey(new kms20160120.CreateKeyRequest({}))
  return keyMetadata.keyId
}

async function popCore(cmkId: string): Promise<void> {
  const client = new RpcClient({
    ...DEV_ACCESS_KEY,
    endpoint: `https://localhost:${kmsPort}`,
    apiVersion: "2016-01-20",
  })
  const answer = await client.request<{ KeyId: string }>("Encrypt", {
    KeyId: cmkId,
    Plaintext: "hello",
  })
  assert.equal(answer.KeyId, cmkId)
}

async function openapiClient(cmkId: string): Promise<void> {
  const config = { ...DEV_ACCESS_KEY, regionId, endpoint: `localhost:${kmsPort}` }
  const client = new openapi.default(new openapi.Config(config))
  const api = {
    action: "GenerateDataKey",
    version: "2016-01-20",
    protocol: "HTTPS",
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  }
  const request = new openapi.OpenApiRequest({ query: { KeyId: cmkId } })
  const { body } = await client.callApi(new openapi.Params(api), request, {})
  assert.equal(body.KeyId, cmkId)
}

async function aliOss(endpoint: string, options: Partial<OSS.Options>): Promise<void> {
  const oss = new OSS({ ...DEV_ACCESS_KEY, endpoint, region: `oss-${regionId}`, ...options })
  const headers = { "x-oss-server-side-encryption": "KMS" }
  await oss.put("a", Buffer.from("hello"), { headers })
  // With a declared length this client frames a stream in two ways at once.
  const length = { "Content-Length": "5" }
  await oss.putStream("b", Readable.from([Buffer.from("world")]), { headers: length } as never)
  assert.equal(String((await oss.get("a")).content), "hello")
  assert.equal(String((await oss.get("b")).content), "world")
}

const cmkId = await typedClient()
await popCore(cmkId)
await openapiClient(cmkId)
const bucket = "tls-bucket"
const byName = { bucket, sldEnable: true, secure: true, authorizationV4: true }
const maker = new OSS({
  ...DEV_ACCESS_KEY,
  ...byName,
  endpoint: `https://localhost:${ossPort}`,
  region: `oss-${regionId}`,
})
await maker.putBucket(bucket)
await aliOss(`https://localhost:${ossPort}`, byName)
await aliOss(`https://127.0.0.1:${ossPort}`, { bucket, secure: true, authorizationV4: true })
process.stdout.write("fine\n")

// osseal/testing with the official OSS client and the KMS API: seed, reset, clock and faults.
import assert from "node:assert/strict"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import type { IncomingMessage } from "node:http"
import { get } from "node:https"
import { dirname } from "node:path"
import { after, afterEach, before, describe, test } from "node:test"
import OSS from "ali-oss"
import { createKmsClient, type KmsClient } from "../../src/cli/kms-client.ts"
import { type Fault, installHooks, startTestOsseal } from "../../src/testing/entry.ts"
import { presignedTarget } from "../oss/presigned.ts"

const DAY_MS = 24 * 60 * 60 * 1000
const BUCKET = "seeded-bucket"

const server = installHooks(
  { beforeAll: before, afterAll: after, afterEach },
  {
    logLevel: "silent",
    seed: {
      cmks: [{ alias: "alias/app" }, { alias: "alias/off", state: "Disabled" }],
      buckets: [
        {
          name: BUCKET,
          acl: "public-read",
          versioning: "enabled",
          encryption: { method: "KMS", cmk: "alias/app" },
          objects: {
            "hello.txt": "hello",
            "open.txt": { body: "hello", encryption: { method: "AES256" } },
            "off.txt": { body: "off", encryption: { method: "KMS", cmk: "alias/off" } },
            "typed.bin": {
              body: Buffer.alloc(100_000, 7),
              contentType: "image/png",
              metadata: { Origin: "seed" },
              acl: "private",
              encryption: { method: "AES256" },
            },
          },
        },
      ],
    },
  },
)

function ossClient(): OSS {
  const { ossEndpoint, region, accessKeyId, accessKeySecret } = server()
  return new OSS({
    endpoint: ossEndpoint,
    region: `oss-${region}`,
    accessKeyId,
    accessKeySecret,
    authorizationV4: true,
    bucket: BUCKET,
    timeout: 5000,
  })
}

function kmsClient(): KmsClient {
  return createKmsClient(server().kmsEndpoint, server())
}

const head = async (objectKey: string): Promise<Record<string, string>> =>
  (await ossClient().head(objectKey)).res.headers as Record<string, string>

describe("a seed", () => {
  test("creates CMKs, buckets and objects as requests would", async () => {
    assert.equal(String((await ossClient().get("hello.txt")).content), "hello")
    const headers = await head("hello.txt")
    assert.equal(headers["x-oss-server-side-encryption"], "KMS")
    assert.ok(headers["x-oss-version-id"])
    const typed = await head("typed.bin")
    assert.equal(typed["content-type"], "image/png")
    assert.equal(typed["x-oss-meta-origin"], "seed")
    assert.equal(typed["x-oss-server-side-encryption"], "AES256")
    const { ossEndpoint } = server()
    assert.equal((await fetch(`${ossEndpoint}/${BUCKET}/open.txt`)).status, 200)
    assert.equal((await fetch(`${ossEndpoint}/${BUCKET}/typed.bin`)).status, 403)
    await assert.rejects(ossClient().get("off.txt"), { code: "KeyDisabled" })
  })

  test("names what it cannot create", async () => {
    const objects = { "a.txt": { encryption: { method: "KMS", cmk: "alias/none" } } } as const
    await assert.rejects(
      server().seed({ buckets: [{ name: "other-bucket", objects }] }),
      /the bucket other-bucket: the object a\.txt: AliasNotFound/,
    )
    await assert.rejects(server().seed({ buckets: [{ name: "No" }] }), /the bucket No: /)
    const bad = { "a.txt": { metadata: { a: "line\nbreak" } } }
    await assert.rejects(
      server().seed({ buckets: [{ name: "other-bucket", objects: bad }] }),
      /cannot be a header/,
    )
  })
})

test("reset leaves nothing of a test, and keeps endpoints and access key", async () => {
  const { ossEndpoint, environment } = server()
  const client = ossClient()
  await client.put("left.txt", Buffer.from("left"))
  await client.putBucket("left-bucket")
  await server().clock.advance(DAY_MS)
  server().faults.add({
    door: "oss",
    operation: "GetObject",
    effect: { kind: "error", status: 503, code: "X" },
  })
  const cmk = await kmsClient().call("CreateKey", {})
  await server().reset()
  assert.equal(server().ossEndpoint, ossEndpoint)
  assert.deepEqual(server().environment, environment)
  assert.ok(
    Math.abs(server().clock.nowMs() - performance.timeOrigin - performance.now()) < DAY_MS / 2,
  )
  await assert.rejects(client.getBucketInfo("left-bucket"), { code: "NoSuchBucket" })
  await assert.rejects(client.get("left.txt"), { code: "NoSuchBucket" })
  const { KeyId } = cmk["KeyMetadata"] as { KeyId: string }
  await assert.rejects(kmsClient().call("DescribeKey", { KeyId }), /Forbidden\.KeyNotFound/)
})

test("a request in progress at a reset ends on the data that it began with", async () => {
  const { faults } = server()
  const delayed = faults.add({
    door: "oss",
    operation: "GetObject",
    effect: { kind: "delay", ms: 60_000 },
  })
  const reading = ossClient().get("hello.txt")
  while (delayed.hits === 0) await new Promise(setImmediate)
  await server().reset()
  assert.equal(String((await reading).content), "hello")
})

describe("the clock", () => {
  test("moves the times of objects, and not those of signatures", async () => {
    const { clock } = server()
    await clock.set(Date.UTC(2001, 1, 3, 4, 5, 6))
    await ossClient().put("old.txt", Buffer.from("old"))
    assert.match(String((await head("old.txt"))["last-modified"]), /^Sat, 03 Feb 2001 04:05:/)
    await clock.advance(30 * DAY_MS)
    await ossClient().put("newer.txt", Buffer.from("newer"))
    assert.match(String((await head("newer.txt"))["last-modified"]), /^Mon, 05 Mar 2001 04:05:/)
    const { ossEndpoint, ...accessKey } = server()
    const name = { method: "GET", bucketName: BUCKET, objectKey: "old.txt", accessKey }
    assert.equal((await fetch(`${ossEndpoint}${presignedTarget(name)}`)).status, 200)
    await assert.rejects(clock.advance(-1), RangeError)
    await assert.rejects(clock.set(NaN), RangeError)
  })

  test("destroys a CMK whose deletion is due as soon as the time comes", async () => {
    const client = kmsClient()
    const { KeyId } = (await client.call("CreateKey", {}))["KeyMetadata"] as { KeyId: string }
    await client.call("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: "7" })
    await server().clock.advance(7 * DAY_MS - 60_000)
    await client.call("DescribeKey", { KeyId })
    await server().clock.advance(60_000)
    await assert.rejects(client.call("DescribeKey", { KeyId }), /Forbidden\.KeyNotFound/)
  })
})

describe("a fault", () => {
  test("returns an error from its operation the given number of times, and nothing is done", async () => {
    const added = server().faults.add({
      door: "oss",
      operation: "PutObject",
      objectKey: "new.txt",
      times: 2,
      effect: { kind: "error", status: 503, code: "ServerBusy", message: "Slow down." },
    })
    const client = ossClient()
    await client.put("other.txt", Buffer.from("other"))
    for (let time = 0; time < 2; time += 1) {
      await assert.rejects(client.put("new.txt", Buffer.from("new")), {
        status: 503,
        code: "ServerBusy",
        message: /Slow down\./,
      })
      await assert.rejects(client.head("new.txt"), { status: 404 })
    }
    await client.put("new.txt", Buffer.from("new"))
    assert.equal(added.hits, 2)
  })

  test("returns an error from an operation of the key service", async () => {
    const { faults } = server()
    const effect = { kind: "error", status: 503, code: "Rejected.Throttling" } as const
    const added = faults.add({ door: "kms", operation: "GenerateDataKey", effect })
    const client = kmsClient()
    await assert.rejects(client.call("GenerateDataKey", { KeyId: "alias/app" }), {
      message: /^Rejected\.Throttling: This error was injected/,
    })
    added.remove()
    await client.call("GenerateDataKey", { KeyId: "alias/app" })
  })

  test("that cuts at once leaves the operation undone; one that cuts the response does the operation first", async () => {
    const { faults } = server()
    const cut = (afterBytes?: number): Fault => ({
      door: "oss",
      operation: "PutObject",
      times: 1,
      effect: { kind: "cut", ...(afterBytes === undefined ? {} : { afterBytes }) },
    })
    faults.add(cut())
    await assert.rejects(ossClient().put("cut.txt", Buffer.from("cut")))
    await assert.rejects(ossClient().head("cut.txt"), { status: 404 })
    faults.add(cut(0))
    await assert.rejects(ossClient().put("cut.txt", Buffer.from("cut")))
    await ossClient().head("cut.txt")
  })

  test("cuts a response after the given number of bytes, and at the latest before its last one", async () => {
    const { faults, ossEndpoint } = server()
    const address = `${ossEndpoint}/${BUCKET}/open.txt`
    for (const [afterBytes, expected] of [
      [2, "he"],
      [4, "hell"],
      [5, "hell"],
      [1000, "hell"],
    ] as const) {
      const effect = { kind: "cut", afterBytes } as const
      faults.add({ door: "oss", operation: "GetObject", times: 1, effect })
      const response = await fetch(address)
      assert.equal(response.status, 200)
      assert.equal(response.headers.get("content-length"), "5")
      let text = ""
      await assert.rejects(async () => {
        for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
      })
      assert.equal(text, expected)
    }
    assert.equal(await (await fetch(address)).text(), "hello")
  })

  test("delays, until the delay is over or the faults are cleared", async () => {
    const { faults } = server()
    const effect = { kind: "delay", ms: 60_000 } as const
    const added = faults.add({ door: "kms", operation: "ListKeys", effect })
    const listing = kmsClient().call("ListKeys", {})
    while (added.hits === 0) await new Promise(setImmediate)
    faults.clear()
    assert.equal((await listing)["TotalCount"], 2)
    faults.add({ door: "kms", operation: "ListKeys", effect: { kind: "delay", ms: 1 } })
    await kmsClient().call("ListKeys", {})
  })

  test("that is invalid is refused", () => {
    const { faults } = server()
    const error = { kind: "error", status: 503, code: "X" } as const
    for (const fault of [
      { door: "oss", operation: "PutBucketTags", effect: error },
      { door: "kms", operation: "PutObject", effect: error },
      { door: "oss", operation: "PutObject", times: 0, effect: error },
      { door: "oss", operation: "PutObject", effect: { ...error, status: 200 } },
      { door: "oss", operation: "PutObject", effect: { kind: "delay", ms: -1 } },
      { door: "oss", operation: "PutObject", effect: { kind: "cut", afterBytes: 0.5 } },
    ]) {
      assert.throws(() => faults.add(fault as Fault), RangeError)
    }
  })
})

test("a server that is not running is reported clearly", () => {
  const nothing = (): undefined => undefined
  const running = installHooks({ beforeAll: nothing, afterAll: nothing, afterEach: nothing })
  assert.throws(() => running(), /the server is not running/)
})

test("with TLS it serves https as well as http, with its own CA whose private key is not kept", async () => {
  const own = await startTestOsseal({ tls: true, logLevel: "silent" })
  const { tls } = own
  assert.ok(tls)
  assert.equal(own.environment["NODE_EXTRA_CA_CERTS"], tls.caFile)
  assert.equal(readFileSync(tls.caFile, "utf8"), tls.ca)
  assert.deepEqual(readdirSync(dirname(tls.caFile)), ["ca.pem"])
  for (const address of [tls.ossEndpoint, tls.kmsEndpoint.replace("127.0.0.1", "localhost")]) {
    const asked = get(`${address}/-/health`, { ca: tls.ca, agent: false })
    const [answer] = (await once(asked, "response")) as [IncomingMessage]
    answer.resume()
  }
  assert.equal((await fetch(`${own.ossEndpoint}/-/health`)).status, 200)
  await own.stop()
  assert.ok(!existsSync(tls.caFile))
})

test("a test double can be bound to a scope, and given its own ports, region and access key", async () => {
  let port = 0
  {
    const accessKey = { accessKeyId: "mine", accessKeySecret: "my-own-secret" }
    await using own = await startTestOsseal({ region: "eu-central-1", accessKey })
    port = own.ossPort
    assert.equal(own.environment["OSS_REGION"], "eu-central-1")
    assert.equal(own.environment["ALIBABA_CLOUD_ACCESS_KEY_SECRET"], "my-own-secret")
    await assert.rejects(
      startTestOsseal({ ossPort: port }),
      new RegExp(`port ${port} .* is in use`),
    )
    await own.stop()
  }
  await assert.rejects(fetch(`http://127.0.0.1:${port}/-/health`))
})

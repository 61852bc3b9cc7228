import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { pino } from "pino"
import { sendPackets } from "../../test/http/raw-connection.ts"
import { fakeClock, type FakeClock } from "../base/clock.ts"
import { openMemory, type OpenedData } from "../data-directory.ts"
import { createMemoryBudget } from "../base/memory-budget.ts"
import type { RequestHead } from "../http/exchange.ts"
import { startHttpServer, type RunningHttpServer } from "../http/server.ts"
import { fixedAccessKeys } from "../identity/access-keys.ts"
import { signV1, stringToSignV1 } from "./auth/signature-v1.ts"
import { shapesOfOperation } from "./find-operation.ts"
import { createOssHandler } from "./handler.ts"
import type { Answer, ObjectCall, ObjectOperation, Operation } from "./operation.ts"
import { OPERATIONS } from "./operations/index.ts"
import { parseRequest } from "./request.ts"

const NOW_MS = Date.UTC(2024, 0, 2, 3, 4, 5)
const DATE = "Tue, 02 Jan 2024 03:04:05 GMT"
const SSE = "x-oss-server-side-encryption"

let data: OpenedData
let server: RunningHttpServer
let clock: FakeClock
const logged: string[] = []
/** The calls that reached an operation, and what the stub of GetObject does. */
let reached: string[] = []
let toy: (call: ObjectCall) => Promise<Answer> = () => Promise.resolve({ status: 200 })

const watched: Record<string, Operation> = Object.fromEntries(
  Object.entries(OPERATIONS).map(([name, operation]) => {
    const watch = (): Promise<Answer> => {
      reached.push(name)
      return Promise.resolve({ status: 200 })
    }
    return [name, { ...operation, needs: () => [], run: watch }]
  }),
)

const getObject: ObjectOperation = {
  name: "GetObject",
  target: "object",
  match: { method: "GET", subresource: null },
  needs: () => [],
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run: (call) => toy(call),
}

before(async () => {
  clock = fakeClock(NOW_MS)
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(line) })
  data = await openMemory({ region: "cn-hangzhou", clock, log })
  const principal = { kind: "account", accountId: data.accountId } as const
  const accessKeys = fixedAccessKeys([{ accessKeyId: "ak", accessKeySecret: "sk", principal }])
  const settings = {
    region: "cn-hangzhou",
    domains: [],
    encryptionHeaderOperations: "founding",
    owner: { id: data.accountId, displayName: data.accountId },
  } as const
  const door = {
    store: data.store,
    accessKeys,
    clock,
    log,
    settings,
    accessLog: false,
  }
  const real = createOssHandler({ ...door, operations: OPERATIONS })
  const toys = createOssHandler({
    ...door,
    operations: { ...OPERATIONS, ...watched, GetObject: getObject },
  })
  server = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    maxHeaderBytes: 65_536,
    memory: createMemoryBudget(2 ** 30),
    clock,
    log,
    handle: (exchange) => (isForReal(exchange.head) ? real : toys)(exchange),
  })
  await send("PUT", "/bucket", { "x-test": "real" })
})

after(async () => {
  await server.close(0)
  await data.close()
})

function isForReal({ rawHeaders }: RequestHead): boolean {
  return rawHeaders.some(
    (text, at) => text.toLowerCase() === "x-test" && rawHeaders[at + 1] === "real",
  )
}

type HeaderMap = Readonly<Record<string, string>>

function signed(method: string, target: string, headers: HeaderMap): HeaderMap {
  const all = { host: "127.0.0.1", date: DATE, ...headers }
  const request = parseRequest({ method, target, rawHeaders: Object.entries(all).flat() }, [])
  const [reading] = request.readings
  const signature = signV1("sk", stringToSignV1({ ...request, reading, date: DATE }))
  return { ...all, authorization: `OSS ak:${signature}` }
}

interface Got {
  readonly status: number
  readonly head: string
  readonly body: string
  readonly code: string | undefined
  readonly ec: string | undefined
}

async function sendUnsigned(
  method: string,
  target: string,
  headers: HeaderMap = {},
  body = "",
): Promise<Got> {
  const all = {
    host: "127.0.0.1",
    "content-length": String(body.length),
    ...headers,
    connection: "close",
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  const raw = await sendPackets(server.port, [
    `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`,
  ])
  const end = raw.indexOf("\r\n\r\n")
  const head = raw.slice(0, end)
  const text = raw.slice(end + 4)
  const inHeader = /^x-oss-err: (.*)$/m.exec(head)?.[1] ?? ""
  const xml = text === "" ? Buffer.from(inHeader, "base64").toString() : text
  return {
    status: Number(head.slice(9, 12)),
    head,
    body: text,
    code: /<Code>(.*?)<\/Code>/.exec(xml)?.[1],
    ec: /^x-oss-ec: (.*)$/m.exec(head)?.[1],
  }
}

function send(method: string, target: string, headers: HeaderMap = {}, body = ""): Promise<Got> {
  return sendUnsigned(method, target, signed(method, target, headers), body)
}

describe("every response", () => {
  const requests: [title: string, run: () => Promise<Got>][] = [
    ["to an operation", () => send("GET", "/", { "x-test": "real" })],
    ["to an error", () => send("GET", "/missing", { "x-test": "real" })],
    ["to an error of HEAD", () => send("HEAD", "/bucket/a", { "x-test": "real" })],
    ["to a target that is refused", () => sendUnsigned("GET", "/bucket/%zz")],
  ]
  for (const [title, run] of requests) {
    test(`has the service's headers: ${title}`, async () => {
      const { head } = await run()
      assert.match(head, /^Server: AliyunOSS$/m)
      assert.match(head, /^Date: Tue, 02 Jan 2024 03:04:05 GMT$/m)
      assert.match(head, /^x-oss-request-id: [0-9A-F]{24}$/m)
      assert.match(head, /^x-oss-server-time: \d+$/m)
    })
  }

  test("to an error names the request, the host and the fine-grained code", async () => {
    const { status, head, body } = await send("GET", "/missing", { "x-test": "real" })
    const id = /^x-oss-request-id: (.*)$/m.exec(head)?.[1] ?? "?"
    assert.equal(status, 404)
    assert.match(head, /^Content-Type: application\/xml$/m)
    assert.match(head, /^x-oss-ec: 0015-00000101$/m)
    assert.match(body, new RegExp(`<RequestId>${id}</RequestId><HostId>127\\.0\\.0\\.1</HostId>`))
    assert.match(body, /<EC>0015-00000101<\/EC><\/Error>$/)
  })

  test("to an error of HEAD has its code in a header and no body", async () => {
    const got = await send("HEAD", "/missing/a", { "x-test": "real" })
    assert.deepEqual([got.status, got.code, got.body], [404, "NoSuchBucket", ""])
  })
})

describe("no operation is reached", () => {
  const refusals: [title: string, headers: (method: string, target: string) => HeaderMap][] = [
    ["without a signature", () => ({})],
    ["with a wrong signature", () => ({ date: DATE, authorization: "OSS ak:AAAA" })],
    ["with an unknown access key", () => ({ date: DATE, authorization: "OSS nobody:AAAA" })],
    [
      "with the signature of another request",
      (method) => signed(method, "/bucket/other?acl&uploads&delete&stat", {}),
    ],
    [
      "with a signature that is too old",
      (method, target) => ({
        ...signed(method, target, {}),
        date: "Tue, 02 Jan 2024 02:04:05 GMT",
      }),
    ],
  ]
  const each = Object.values(OPERATIONS).flatMap((operation) =>
    shapesOfOperation(operation).map((shape) => ({ operation, ...shape })),
  )
  for (const { operation, method, target, subresource } of each) {
    const { copySource, listType2 } = operation.match
    const path = { service: "/", bucket: "/bucket", object: "/bucket/a" }[target]
    const name = `${method} ${operation.name}`
    const query = [subresource, listType2 === true ? "list-type=2" : null].filter(
      (part) => part !== null,
    )
    const url = query.length === 0 ? path : `${path}?${query.join("&")}`
    const copying: HeaderMap = copySource === true ? { "x-oss-copy-source": "/bucket/b" } : {}
    test(`except with the right one: ${name}`, async () => {
      reached = []
      toy = () => {
        reached.push("GetObject")
        return Promise.resolve({ status: 200 })
      }
      assert.equal((await send(method, url, copying)).status, 200)
      assert.deepEqual(reached, [operation.name])
    })
    for (const [title, headersOf] of refusals) {
      test(`${title}: ${name}`, async () => {
        reached = []
        const got = await sendUnsigned(method, url, { ...copying, ...headersOf(method, url) })
        assert.equal(got.status, 403)
        assert.deepEqual(reached, [])
      })
    }
  }
})

describe("errors win in the order of the pipeline", () => {
  const UNSIGNED = { date: DATE, authorization: "OSS ak:AAAA" }
  const order: [title: string, run: () => Promise<Got>, code: string][] = [
    [
      "the target before the signature",
      () => sendUnsigned("GET", "/b?a=%zz", UNSIGNED),
      "InvalidArgument",
    ],
    [
      "the signature before the operation",
      () => sendUnsigned("GET", "/bucket?lifecycle", UNSIGNED),
      "SignatureDoesNotMatch",
    ],
    [
      "the encryption header before the operation",
      () => send("GET", "/bucket?lifecycle", { [SSE]: "KMS" }),
      "InvalidArgument",
    ],
    ["the operation before the bucket", () => send("GET", "/missing?lifecycle"), "NotImplemented"],
    [
      "the encryption header before the bucket",
      () => send("GET", "/missing/a", { [SSE]: "AES256" }),
      "InvalidArgument",
    ],
    [
      "the header's value before the bucket",
      () => send("PUT", "/missing/a", { [SSE]: "AES128" }),
      "InvalidEncryptionAlgorithmError",
    ],
    ["the names before the bucket", () => send("GET", "/MISSING/a"), "InvalidBucketName"],
    [
      "an object without a bucket has no bucket name",
      () => send("GET", "//a"),
      "InvalidBucketName",
    ],
    ["the object's name before the bucket", () => send("GET", "/missing/%00"), "InvalidObjectName"],
    [
      "the bucket before the body",
      () => send("POST", "/missing?delete", {}, "no XML"),
      "NoSuchBucket",
    ],
    [
      "the body's digest before the operation",
      () => send("POST", "/bucket?delete", { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }, "x"),
      "InvalidDigest",
    ],
  ]
  for (const [title, run, code] of order) {
    test(title, async () => {
      reached = []
      assert.equal((await run()).code, code)
      assert.deepEqual(reached, [])
    })
  }

  test("the encryption header on an operation that does not accept it gets the service's fine-grained code", async () => {
    const { status, ec } = await send("GET", "/bucket/a", { [SSE]: "AES256" })
    assert.deepEqual([status, ec], [400, "0005-00000002"])
  })
})

describe("an operation", () => {
  test("receives what was parsed, authenticated and loaded once", async () => {
    const calls: ObjectCall[] = []
    toy = (call) => {
      calls.push(call)
      return Promise.resolve({ status: 200, headers: [["x-oss-toy", "1"]] })
    }
    const { head } = await send("GET", "/bucket/dir%2Fa?prefix=b%20c")
    assert.match(head, /^x-oss-toy: 1$/m)
    const [got] = calls
    assert.equal(got?.objectKey, "dir/a")
    assert.equal(got.bucketName, "bucket")
    assert.equal(got.request.parameter("prefix"), "b c")
    assert.deepEqual(got.caller.principal, { kind: "account", accountId: data.accountId })
    assert.deepEqual(got.encryption, undefined)
  })

  test("that fails for an internal reason yields InternalError, without the reason", async () => {
    toy = () => Promise.reject(new Error("the secret reason"))
    const got = await send("GET", "/bucket/a")
    assert.deepEqual([got.status, got.code], [500, "InternalError"])
    assert.doesNotMatch(got.body, /secret/)
  })

  test("whose stream fails half-way has its connection cut", async () => {
    async function* batches(): AsyncGenerator<Buffer[], void, undefined> {
      yield await Promise.resolve([Buffer.from("hello")])
      throw new Error("the stored data is damaged")
    }
    toy = () =>
      Promise.resolve({ status: 200, body: { kind: "stream", sizeBytes: 10, batches: batches() } })
    const { body, code } = await send("GET", "/bucket/a")
    assert.ok(body.length < 10)
    assert.equal(code, undefined)
  })

  test("that is refused discards a small body, and the next request is served", async () => {
    const target = "/missing/a"
    const lines = Object.entries(signed("PUT", target, { "content-length": "5" }))
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
    const one = `PUT ${target} HTTP/1.1\r\n${head}\r\nhello`
    const answer = await sendPackets(server.port, [one, one], 100)
    assert.equal(answer.match(/<Code>NoSuchBucket/g)?.length, 2)
  })

  test("that is refused sends no 100 Continue", async () => {
    const headers = { "content-length": "5", expect: "100-continue" }
    const lines = Object.entries(signed("PUT", "/missing/a", headers))
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
    const answer = await sendPackets(server.port, [`PUT /missing/a HTTP/1.1\r\n${head}\r\n`])
    assert.match(answer, /^HTTP\/1\.1 404 /)
    assert.match(answer, /^Connection: close\r$/m)
  })
})

describe("the log", () => {
  async function lineOf(object: string): Promise<string> {
    for (;;) {
      const line = logged.find((each) => each.includes(`"object":"${object}"`))
      if (line !== undefined) return line
      await new Promise(setImmediate)
    }
  }

  test("has a line for each request: what it asked for and how it ended", async () => {
    toy = () => Promise.resolve({ status: 206 })
    const { head } = await send("GET", "/bucket/seen")
    const { requestId, ...line } = JSON.parse(await lineOf("seen")) as object & {
      requestId: string
    }
    assert.ok(head.includes(`x-oss-request-id: ${requestId}`))
    const { method, operation, status, ms } = { ms: -1, ...line } as Record<string, unknown>
    assert.deepEqual(
      { method, operation, status, ms },
      { method: "GET", operation: "GetObject", status: 206, ms: 0 },
    )
  })

  test("has the code of an error, and nothing of the query, which may hold signatures", async () => {
    await sendUnsigned("GET", "/bucket/unseen?OSSAccessKeyId=ak&Expires=1&Signature=c2VjcmV0")
    const line = await lineOf("unseen")
    assert.match(line, /"status":403,"errorCode":"AccessDenied"/)
    assert.doesNotMatch(logged.join(""), /c2VjcmV0|"authorization"|OSS ak:/)
  })
})

test("a body of XML that is longer than the operation accepts gets EntityTooLarge", async () => {
  const { bytesMax } = OPERATIONS.PutBucketEncryption.body as { readonly bytesMax: number }
  const got = await send("PUT", "/bucket?encryption", {}, "x".repeat(bytesMax + 1))
  assert.deepEqual([got.status, got.code], [400, "EntityTooLarge"])
})

for (const name of ["Authorization", "Date", "Host", "Content-MD5", "x-oss-acl"]) {
  test(`a request with two ${name} headers is refused before its signature is checked`, async () => {
    const raw = await sendPackets(server.port, [
      `GET / HTTP/1.1\r\nHost: a\r\n${name}: a\r\n${name.toLowerCase()}: b\r\nConnection: close\r\n\r\n`,
    ])
    assert.match(raw, /^HTTP\/1\.1 400 /)
    assert.match(raw, /<Code>InvalidArgument<\/Code>/)
  })
}

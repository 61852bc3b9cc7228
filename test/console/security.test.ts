// Who can use the console's API, and what its responses let a browser do.
import assert from "node:assert/strict"
import { Writable } from "node:stream"
import { after, before, describe, test } from "node:test"
import { pino } from "pino"
import { OPERATIONS } from "../../src/admin-api/operations/index.ts"
import { systemClock } from "../../src/base/clock.ts"
import { openMemory } from "../../src/data-directory.ts"
import { storedAccessKeys } from "../../src/identity/access-keys.ts"
import { ensureRootAccessKey, replaceRootAccessKey } from "../../src/identity/stored-access-keys.ts"
import { startServer } from "../../src/server.ts"
import {
  CONSOLE_CONFIG,
  startMemoryServer,
  TEST_ACCESS_KEY,
  type TestServer,
} from "../oss/running-server.ts"
import {
  type ConsoleAnswer,
  type ConsoleClient,
  exchange,
  signInToConsole,
  trySignIn,
  visitConsole,
} from "./console-client.ts"

/** A request of every operation that needs a session; its content is not looked at before its sender is known. */
const GUARDED = Object.values(OPERATIONS)
  .filter(({ session }) => session !== "none")
  .map(({ name, method, path }) => ({ name, method, path: path.replaceAll(/\{\w+\}/g, "x") }))

async function codesOf(
  client: ConsoleClient,
  requests: typeof GUARDED,
  headers: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const codes: Record<string, string> = {}
  for (const { name, method, path } of requests) {
    const answer = await client.send(method, path, { headers })
    codes[name] = String(answer.json["code"])
  }
  return codes
}

function allWith(requests: typeof GUARDED, code: string): Record<string, string> {
  return Object.fromEntries(requests.map(({ name }) => [name, code]))
}

const CHANGING = GUARDED.filter(({ method }) => method !== "GET")

describe("the console's API", () => {
  let server: TestServer
  before(async () => {
    server = await startMemoryServer(CONSOLE_CONFIG)
  })
  after(() => server.stop())

  test("no operation runs without a session, or with an invalid cookie", async () => {
    const visitor = visitConsole(server)
    assert.deepEqual(await codesOf(visitor, GUARDED), allWith(GUARDED, "NotSignedIn"))
    visitor.cookie = `osseal-session-${visitor.port}=${"a".repeat(43)}`
    assert.deepEqual(await codesOf(visitor, GUARDED), allWith(GUARDED, "NotSignedIn"))
  })

  test("no operation that changes something runs without its own session's token", async () => {
    const [client, other] = [await signInToConsole(server), await signInToConsole(server)]
    client.csrfToken = other.csrfToken
    assert.deepEqual(await codesOf(client, CHANGING), allWith(CHANGING, "CsrfTokenInvalid"))
    client.csrfToken = ""
    assert.deepEqual(await codesOf(client, CHANGING), allWith(CHANGING, "CsrfTokenInvalid"))
  })

  test("no operation that changes something runs for a page of another origin", async () => {
    const client = await signInToConsole(server)
    for (const origin of ["https://evil.example", `http://127.0.0.1:${client.port + 1}`, "null"]) {
      const codes = await codesOf(client, CHANGING, { origin })
      assert.deepEqual(codes, allWith(CHANGING, "CsrfTokenInvalid"))
    }
    const headers = { origin: `http://127.0.0.1:${client.port}` }
    assert.equal((await client.send("POST", "/api/keys", { body: {}, headers })).status, 200)
  })

  test("no operation runs after the session was ended", async () => {
    const client = await signInToConsole(server)
    const answer = await client.send("DELETE", "/api/session")
    assert.match(String(answer.headers["set-cookie"]), /Max-Age=0/)
    assert.deepEqual(await codesOf(client, GUARDED), allWith(GUARDED, "NotSignedIn"))
  })

  test("scheduling a deletion and changing the root of trust need a fresh proof", async () => {
    const token = server.server.issueSignInLink(TEST_ACCESS_KEY.accessKeyId)
    const client = visitConsole(server)
    const answer = await client.send("POST", "/api/session/link", { body: { token } })
    client.cookie = String(answer.headers["set-cookie"]?.[0]?.split(";", 1)[0])
    client.csrfToken = String(answer.json["csrfToken"])
    const fresh = GUARDED.filter(({ name }) => OPERATIONS[name]?.session === "fresh")
    assert.deepEqual(
      fresh.map(({ name }) => name),
      ["scheduleKeyDeletion", "createRecoveryCode"],
    )
    assert.deepEqual(await codesOf(client, fresh), allWith(fresh, "ReauthenticationNeeded"))
  })

  test("the session's cookie is kept from scripts and from other sites", async () => {
    const { headers, json } = await trySignIn(visitConsole(server), TEST_ACCESS_KEY)
    const [cookie = ""] = headers["set-cookie"] ?? []
    assert.match(
      cookie,
      /^osseal-session-\d+=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    )
    assert(!JSON.stringify(json).includes(cookie.slice(cookie.indexOf("=") + 1, 60)))
  })

  test("behind a proxy that terminates TLS, the cookie is for TLS and for this host only", async () => {
    const visitor = visitConsole(server)
    const headers = {
      host: "console.example.com",
      origin: "https://console.example.com",
      "content-type": "application/json",
    }
    const link = { token: server.server.issueSignInLink(TEST_ACCESS_KEY.accessKeyId) }
    const answer = await exchange(visitor.port, {
      method: "POST",
      path: "/api/session/link",
      headers,
      body: JSON.stringify(link),
    })
    assert.match(String(answer.headers["set-cookie"]), /^__Host-osseal-session-443=.*; Secure$/)
  })

  test("a page over plain HTTP from another machine learns that nobody can sign in there", async () => {
    const visitor = visitConsole(server)
    const { accessKeyId } = TEST_ACCESS_KEY
    for (const [host, code] of [
      ["store.example.com:9402", "InsecureOrigin"],
      ["192.168.1.10:9402", "InsecureOrigin"],
      ["localhost.example.com", "InsecureOrigin"],
      ["localhost:9402", undefined],
      ["[::1]:9402", undefined],
    ] as const) {
      const answer = await exchange(visitor.port, {
        method: "POST",
        path: "/api/session/challenge",
        headers: { host, origin: `http://${host}`, "content-type": "application/json" },
        body: JSON.stringify({ accessKeyId, purpose: "sign-in" }),
      })
      assert.equal(answer.json["code"], code, host)
    }
  })

  test("every response tells browsers to run, frame, sniff and leak nothing", async () => {
    const client = await signInToConsole(server)
    const answers = [
      await client.send("GET", "/"),
      await client.send("GET", "/keys"),
      await client.send("GET", "/assets/none.js"),
      await client.send("GET", "/api/keys"),
      await client.send("GET", "/api/none"),
      await client.send("POST", "/"),
    ]
    for (const { headers } of answers) {
      const policy = String(headers["content-security-policy"])
      assert.match(policy, /^default-src 'none'/)
      assert.match(policy, /frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|\*/)
      assert.equal(headers["x-content-type-options"], "nosniff")
      assert.equal(headers["referrer-policy"], "no-referrer")
      assert.equal(headers["cross-origin-opener-policy"], "same-origin")
      assert.equal(headers["cross-origin-resource-policy"], "same-origin")
      assert.equal(headers["x-frame-options"], "DENY")
      assert.equal(headers["access-control-allow-origin"], undefined)
    }
  })

  test("text that would be a page elsewhere is returned only as JSON, or sandboxed", async () => {
    const client = await signInToConsole(server)
    const { cmkId } = await client.call("POST", "/api/keys", { description: HOSTILE })
    await client.call("POST", "/api/buckets", { name: "hostile" })
    const path = "/api/buckets/hostile/object"
    const put = await client.call("POST", `${path}/presign-put`, {
      objectKey: `${HOSTILE}.html`,
      contentType: "text/html",
      metadata: { page: HOSTILE },
    })
    await sendPut(put, HOSTILE)
    for (const each of [
      "/api/keys",
      `/api/keys/${String(cmkId)}`,
      "/api/buckets/hostile/objects",
    ]) {
      const answer = await client.send("GET", each)
      assert.equal(answer.headers["content-type"], "application/json; charset=utf-8")
      assert(answer.body.toString().includes(JSON.stringify(HOSTILE).slice(1, -1)))
    }
    const preview = await client.call("POST", `${path}/preview`, { objectKey: `${HOSTILE}.html` })
    const shown = await client.send("GET", String(preview["path"]))
    assert.equal(shown.body.toString(), HOSTILE)
    assert.equal(shown.headers["content-type"], "text/plain; charset=utf-8")
    assert.match(String(shown.headers["content-security-policy"]), /^sandbox; default-src 'none'/)
    const stranger = visitConsole(server)
    assert.equal((await stranger.send("GET", String(preview["path"]))).status, 401)
    const other = await signInToConsole(server)
    assert.equal((await other.send("GET", String(preview["path"]))).status, 404)
  })

  test("input that no contract allows is refused by name", async () => {
    const client = await signInToConsole(server)
    const refused: readonly (readonly [string, string, unknown, string])[] = [
      ["GET", "/api/keys?page=0", undefined, "page"],
      ["GET", "/api/keys?pageSize=101", undefined, "pageSize"],
      ["GET", "/api/keys?other=1", undefined, "other"],
      ["GET", "/api/keys?page=1&page=2", undefined, "undefined"],
      ["POST", "/api/keys", { description: 1 }, "description"],
      ["POST", "/api/keys", { tags: [] }, "tags"],
      ["POST", "/api/keys", "text", ""],
      ["GET", "/api/buckets/x%ff", undefined, "undefined"],
    ]
    for (const [method, path, body, field] of refused) {
      const { status, json } = await client.send(method, path, { body })
      assert.deepEqual(
        [status, json["code"], String(json["field"])],
        [400, "InvalidRequest", field],
      )
    }
    const large = { token: "a".repeat(17_000) }
    const link = await visitConsole(server).send("POST", "/api/session/link", { body: large })
    assert.equal(link.json["code"], "TooLarge")
    const headers = { "content-type": "text/plain" }
    const plain = await client.send("POST", "/api/keys", { body: {}, headers })
    assert.equal(plain.json["code"], "InvalidRequest")
    assert.equal((await client.send("PATCH", "/api/keys")).status, 405)
    assert.equal((await client.send("GET", "/api/none")).status, 404)
  })
})

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}`

async function sendPut(request: Readonly<Record<string, unknown>>, body: string): Promise<void> {
  const { port, pathname, search } = new URL(String(request["url"]))
  const given = request["headers"] as readonly { name: string; value: string }[]
  const headers = Object.fromEntries(given.map(({ name, value }) => [name, value]))
  const sent = { method: "PUT", path: pathname + search, headers, body }
  assert.equal((await exchange(Number(port), sent)).status, 200)
}

test("guesses of a secret are slowed down, and so is the right secret during that time", async () => {
  const server = await startMemoryServer(CONSOLE_CONFIG)
  try {
    const { accessKeyId } = TEST_ACCESS_KEY
    const visitor = visitConsole(server)
    const statuses: number[] = []
    let last: ConsoleAnswer | undefined
    for (let guess = 0; guess < 6; guess += 1) {
      last = await trySignIn(visitor, { accessKeyId, accessKeySecret: `guess ${guess}` })
      statuses.push(last.status)
    }
    assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429])
    assert.equal(last?.headers["retry-after"], "1")
    assert.equal((await trySignIn(visitor, TEST_ACCESS_KEY)).status, 429)
  } finally {
    await server.stop()
  }
})

test("an unknown access key gets the same response as a wrong secret", async () => {
  const server = await startMemoryServer(CONSOLE_CONFIG)
  try {
    const visitor = visitConsole(server)
    const wrong = await trySignIn(visitor, { ...TEST_ACCESS_KEY, accessKeySecret: "wrong" })
    const unknown = await trySignIn(visitor, { accessKeyId: "none", accessKeySecret: "wrong" })
    const { requestId: _one, ...first } = wrong.json
    const { requestId: _other, ...second } = unknown.json
    assert.deepEqual(first, second)
  } finally {
    await server.stop()
  }
})

/** A server whose access key is in its store, and everything that it logs. */
async function startWithStoredKey() {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const log = pino({ level: "debug" }, stream)
  const data = await openMemory({ region: "cn-hangzhou", clock: systemClock, log })
  const { accessKeyId, madeSecret = "" } = await ensureRootAccessKey({
    metadata: data.metadata,
    clock: systemClock,
  })
  const accessKeys = storedAccessKeys(data.metadata, data.accountId)
  const server = await startServer(CONSOLE_CONFIG, accessKeys, data, log)
  const accessKey = { accessKeyId, accessKeySecret: madeSecret }
  const running = { server, data, directory: "", ossEndpoint: "", kmsEndpoint: "" }
  return { ...running, accessKey, lines, stop: () => server.stop() }
}

test("a session ends when its access key is replaced", async () => {
  const server = await startWithStoredKey()
  try {
    const client = await signInToConsole(server, server.accessKey)
    assert.equal((await client.send("GET", "/api/session")).status, 200)
    await replaceRootAccessKey({ metadata: server.data.metadata, clock: systemClock })
    assert.deepEqual(await codesOf(client, GUARDED), allWith(GUARDED, "NotSignedIn"))
  } finally {
    await server.stop()
  }
})

test("no secret, token, plaintext or presigned address is in the log", async () => {
  const server = await startWithStoredKey()
  try {
    const client = await signInToConsole(server, server.accessKey)
    const { cmkId } = await client.call("POST", "/api/keys", {})
    const encrypt = `/api/keys/${String(cmkId)}/encrypt`
    await client.call("POST", encrypt, { plaintext: "a plaintext nobody logs" })
    const dataKey = await client.call("POST", `/api/keys/${String(cmkId)}/data-key`, {})
    await client.call("POST", "/api/buckets", { name: "bucket" })
    const path = "/api/buckets/bucket/object/presign-put"
    const put = await client.call("POST", path, { objectKey: "a.txt" })
    await sendPut(put, "content nobody logs")
    const shown = { objectKey: "a.txt" }
    const preview = await client.call("POST", "/api/buckets/bucket/object/preview", shown)
    await client.send("GET", String(preview["path"]))
    const text = server.lines.join("")
    assert(text.includes("console request"))
    const signature = new URL(String(put["url"])).searchParams.get("x-oss-signature") ?? ""
    for (const secret of [
      server.accessKey.accessKeySecret,
      client.cookie.slice(client.cookie.indexOf("=") + 1),
      client.csrfToken,
      "nobody logs",
      String(dataKey["plaintext"]),
      signature,
      String(preview["path"]),
    ]) {
      assert(secret.length > 8 && !text.includes(secret), secret)
    }
  } finally {
    await server.stop()
  }
})

test("actions and refusals are listed, and mere reads are not", async () => {
  const server = await startMemoryServer(CONSOLE_CONFIG)
  try {
    const visitor = visitConsole(server)
    await visitor.send("GET", "/api/session")
    await trySignIn(visitor, { ...TEST_ACCESS_KEY, accessKeySecret: "wrong" })
    const client = await signInToConsole(server)
    const { cmkId } = await client.call("POST", "/api/keys", {})
    await client.call("GET", "/api/keys")
    await client.send("GET", "/api/keys/none")
    const { items } = await client.call("GET", "/api/requests")
    const listed = (items as Readonly<Record<string, unknown>>[]).map((item) => [
      item["action"],
      item["caller"],
      item["cmkId"],
      item["errorCode"],
    ])
    const { accessKeyId } = TEST_ACCESS_KEY
    assert.deepEqual(listed, [
      ["console:describeKey", accessKeyId, "none", "KeyNotFound"],
      ["console:createKey", accessKeyId, cmkId, null],
      ["console:signIn", "", null, null],
      ["console:signIn", "", null, "InvalidProof"],
    ])
  } finally {
    await server.stop()
  }
})

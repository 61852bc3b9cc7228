// The console's listener next to the others: its files, what a restart leaves of sessions, and what a browser may send
// where.
import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { createStaticFiles } from "../../src/admin-api/static-files.ts"
import { createMemoryEngines } from "../../src/data-directory.ts"
import {
  CONSOLE_CONFIG,
  startLocalServer,
  startMemoryServer,
  TEST_ACCESS_KEY,
} from "../oss/running-server.ts"
import { exchange, signInToConsole, trySignIn, visitConsole } from "./console-client.ts"

test("a session survives a restart, and ends at a start that invalidates sessions", async () => {
  const engines = createMemoryEngines()
  const first = await startMemoryServer(CONSOLE_CONFIG, engines)
  const { cookie } = await signInToConsole(first)
  await first.stop()
  const statuses: number[] = []
  for (const invalidatesSessions of [false, true]) {
    const console = { ...CONSOLE_CONFIG.console, invalidatesSessions }
    const again = await startMemoryServer({ ...CONSOLE_CONFIG, console }, engines)
    const client = visitConsole(again)
    // The port differs, and with it the cookie's name.
    client.cookie = `osseal-session-${client.port}=${cookie.slice(cookie.indexOf("=") + 1)}`
    statuses.push((await client.send("GET", "/api/session")).status)
    await again.stop()
  }
  assert.deepEqual(statuses, [200, 401])
})

test("only a hash of a session's token is stored", async () => {
  const engines = createMemoryEngines()
  const server = await startMemoryServer(CONSOLE_CONFIG, engines)
  try {
    const { cookie } = await signInToConsole(server)
    const token = cookie.slice(cookie.indexOf("=") + 1)
    const every = { from: Buffer.of(0), to: Buffer.alloc(16, 0xff), limit: 1000 }
    for (const store of [server.data.metadata, engines.metadata]) {
      for (const row of await store.scan(every)) {
        if (row.kind !== "row") continue
        assert.equal(Buffer.concat([row.key, row.value]).indexOf(token), -1)
      }
    }
  } finally {
    await server.stop()
  }
})

test("users can see, and sign in to, a store that accepts no writes", async () => {
  const server = await startLocalServer(CONSOLE_CONFIG)
  try {
    const { metadata } = server.data
    const commit = metadata.commit.bind(metadata)
    const { StoreReadOnly } = await import("../../src/storage/metadata-store.ts")
    metadata.commit = () => Promise.reject(new StoreReadOnly("a failed fsync"))
    const client = await signInToConsole(server)
    assert.equal((await client.send("GET", "/api/health")).status, 200)
    assert.equal((await client.send("POST", "/api/keys", { body: {} })).status, 503)
    assert.equal((await client.send("DELETE", "/api/session")).status, 204)
    assert.equal((await client.send("GET", "/api/session")).status, 401)
    metadata.commit = commit
  } finally {
    await server.stop()
  }
})

describe("the OSS listener and the console's pages", () => {
  const ask = { "access-control-request-method": "PUT" }

  async function preflight(origin: (port: number) => string, origins: string[] = []) {
    const console = { ...CONSOLE_CONFIG.console, origins }
    const server = await startMemoryServer({ ...CONSOLE_CONFIG, console })
    try {
      const client = await signInToConsole(server)
      await client.call("POST", "/api/buckets", { name: "one" })
      const path = "/api/buckets/one/object/presign-put"
      const put = await client.call("POST", path, { objectKey: "a", contentType: "text/plain" })
      const { port, pathname, search } = new URL(String(put["url"]))
      const headers = { origin: origin(client.port) }
      const target = { path: pathname + search, body: undefined }
      const asked = await exchange(Number(port), {
        ...target,
        method: "OPTIONS",
        headers: { ...headers, ...ask, "access-control-request-headers": "Content-Type, Cookie" },
      })
      const sent = await exchange(Number(port), {
        ...target,
        method: "PUT",
        headers: { ...headers, "content-type": "text/plain" },
        body: "text",
      })
      return { asked, sent }
    } finally {
      await server.stop()
    }
  }

  test("the console's own page may send the requests that it was given, and read the ETag", async () => {
    const { asked, sent } = await preflight((port) => `http://127.0.0.1:${port}`)
    assert.equal(asked.status, 204)
    assert.equal(asked.headers["access-control-allow-methods"], "GET, HEAD, PUT")
    assert.equal(asked.headers["access-control-allow-headers"], "content-type")
    assert.equal(asked.headers["access-control-allow-credentials"], undefined)
    assert.equal(sent.status, 200)
    assert.match(String(sent.headers["access-control-expose-headers"]), /ETag/)
    assert.equal(
      sent.headers["access-control-allow-origin"],
      asked.headers["access-control-allow-origin"],
    )
  })

  test("no other page may read anything, not even on this host", async () => {
    for (const origin of [
      () => "https://evil.example",
      (port: number) => `http://127.0.0.1:${port + 1}`,
      (port: number) => `https://127.0.0.1:${port}`,
      (port: number) => `http://localhost:${port}`,
      () => "null",
    ]) {
      const { asked, sent } = await preflight(origin)
      assert.notEqual(asked.status, 204)
      for (const { headers } of [asked, sent]) {
        assert.equal(headers["access-control-allow-origin"], undefined)
        assert.equal(headers["access-control-expose-headers"], undefined)
      }
    }
  })

  test("an origin that the configuration names is the console's own", async () => {
    const origin = "https://console.example.com"
    const { asked } = await preflight(() => origin, [origin])
    assert.equal(asked.headers["access-control-allow-origin"], origin)
  })
})

describe("the console's files", () => {
  function answerOf(path: string, headers: Readonly<Record<string, string>> = {}) {
    const folder = mkdtempSync(join(tmpdir(), "osseal-files-"))
    try {
      mkdirSync(join(folder, "assets"))
      writeFileSync(join(folder, "index.html"), "<p>page</p>")
      writeFileSync(join(folder, "assets", "a-1234.js"), "plain")
      writeFileSync(join(folder, "assets", "a-1234.js.br"), "brotli")
      writeFileSync(join(folder, "assets", "a-1234.js.gz"), "gzip")
      const files = createStaticFiles(folder)
      const answer = files.answer({ path, headers: new Map(Object.entries(headers)) }, [])
      const pieces = answer.body.kind === "pieces" ? answer.body.pieces : []
      const named = Object.fromEntries(answer.headers)
      return { status: answer.status, headers: named, text: Buffer.concat(pieces).toString() }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  test("every path that is not a file's is the page, which is requested again each time", () => {
    for (const path of [
      "/",
      "/buckets",
      "/keys/one",
      "/keys/a.b",
      "/keys/alias%2Fa.b",
      "/keys/a.js",
      "/buckets/a.b",
      "/buckets/a.b/settings",
      "/buckets/a/object",
    ]) {
      const { status, text, headers } = answerOf(path)
      assert.deepEqual([status, text, headers["Cache-Control"]], [200, "<p>page</p>", "no-cache"])
      assert.equal(answerOf(path, { "if-none-match": String(headers["ETag"]) }).status, 304)
    }
  })

  test("a file with a hash in its name is cached forever, in the form that the browser accepts", () => {
    const path = "/assets/a-1234.js"
    for (const [accepted, text] of [
      ["gzip, deflate, br", "brotli"],
      ["gzip", "gzip"],
      ["br;q=0, gzip;q=0.5", "gzip"],
      ["", "plain"],
    ] as const) {
      const answer = answerOf(path, { "accept-encoding": accepted })
      assert.equal(answer.text, text)
      assert.equal(answer.headers["Cache-Control"], "public, max-age=31536000, immutable")
      assert.equal(answer.headers["Content-Type"], "text/javascript; charset=utf-8")
    }
  })

  test("a file that does not belong to the console is not found, wherever it is", () => {
    for (const path of [
      "/../package.json",
      "/assets/../../etc.txt",
      "/assets/none.js",
      "/a.js.br",
      "/robots.txt",
      "/.env",
    ]) {
      assert.equal(answerOf(path).status, 404)
    }
  })

  test("a server without the files says so", () => {
    const files = createStaticFiles("/nowhere")
    const { status, body } = files.answer({ path: "/", headers: new Map() }, [])
    const text = body.kind === "pieces" ? Buffer.concat(body.pieces).toString() : ""
    assert.equal(status, 404)
    assert.match(text, /^This server has no console files: .*\n$/)
  })
})

test("failures from one address are counted together, whatever access key was tried", async () => {
  const server = await startMemoryServer(CONSOLE_CONFIG)
  try {
    const visitor = visitConsole(server)
    for (let guess = 0; guess < 5; guess += 1) {
      await trySignIn(visitor, { accessKeyId: `key-${guess}`, accessKeySecret: "wrong" })
    }
    assert.equal((await trySignIn(visitor, TEST_ACCESS_KEY)).status, 429)
  } finally {
    await server.stop()
  }
})

test("osseal dev prints a link that signs in once, and no token gets into the log", async () => {
  const main = join(import.meta.dirname, "..", "..", "src", "main.ts")
  const args = [main, "dev", "--oss-port", "0", "--kms-port", "0", "--log-level", "debug"]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })
  const errors: string[] = []
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()))
  try {
    const [, port = "", token = ""] = await linkOf(child.stdout)
    const body = JSON.stringify({ token })
    const headers = { "content-type": "application/json" }
    const sent = { method: "POST", path: "/api/session/link", headers, body }
    const statuses = [await exchange(Number(port), sent), await exchange(Number(port), sent)]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 401],
    )
    assert(errors.join("").includes("signInByLink") && !errors.join("").includes(token))
  } finally {
    child.kill("SIGKILL")
    await once(child, "exit")
  }
})

async function linkOf(output: AsyncIterable<Buffer>): Promise<RegExpExecArray> {
  let text = ""
  for await (const chunk of output) {
    text += chunk.toString()
    const found = /Console +http:\/\/127\.0\.0\.1:(\d+)\/sign-in#token=([\w-]+)\n/.exec(text)
    if (found !== null) return found
  }
  throw new Error(`no link in ${text}`)
}

import assert from "node:assert/strict"
import { once } from "node:events"
import { connect } from "node:net"
import { describe, test } from "node:test"
import { sendPackets, startEchoServer } from "../../test/http/raw-connection.ts"
import { systemClock } from "../base/clock.ts"
import { createLog } from "../cli/log.ts"
import { createMemoryBudget } from "../base/memory-budget.ts"
import { startHttpServer, type HttpHandler } from "./server.ts"

function head(...lines: string[]): string {
  return ["GET /x HTTP/1.1", ...lines, "", ""].join("\r\n")
}

const CHUNKED = "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

const answerNothing: HttpHandler = (exchange) =>
  exchange.send({ status: 200, headers: [], body: { kind: "none" } })

describe("what is not HTTP gets a plain error status, and its connection is closed", () => {
  const cases: [title: string, request: string, status: string][] = [
    ["garbage", "\x16\x03\x01 hello\r\n\r\n", "400"],
    ["no host", head(), "400"],
    ["a space before the colon", head("Host: a", "X-A : b"), "400"],
    ["a folded line", head("Host: a", "X-A: b", " c"), "400"],
    ["a bare line feed", "GET /x HTTP/1.1\nHost: a\n\n", "400"],
    ["a NUL in a value", head("Host: a", "X-A: b\0c"), "400"],
    ["a NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
    ["UTF-8 in the target", "GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
    ["two lengths", head("Host: a", "Content-Length: 1", "Content-Length: 2"), "400"],
    ["a signed length", head("Host: a", "Content-Length: +5"), "400"],
    ["an unknown encoding", head("Host: a", "Transfer-Encoding: gzip"), "501"],
    ["chunked not last", head("Host: a", "Transfer-Encoding: chunked, identity"), "400"],
    ["headers beyond the limit", head("Host: a", `X-A: ${"a".repeat(20_000)}`), "431"],
  ]
  for (const [title, request, status] of cases) {
    test(title, async () => {
      const server = await startEchoServer({})
      const answer = await sendPackets(server.port, [
        `${request}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`,
      ])
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
      assert.match(answer, /\r\nConnection: close\r\n/i)
      assert.doesNotMatch(answer, /\/next/)
      await server.close(0)
    })
  }

  describe("a request for something that no listener supports is refused, and nothing is done", () => {
    const cases: [title: string, packet: string, status: string][] = [
      [
        "a coding before chunked",
        `${CHUNKED.replace("chunked", "gzip, chunked")}1\r\nx\r\n0\r\n\r\n`,
        "501",
      ],
      ["chunked twice", `${CHUNKED.replace("chunked", "chunked, chunked")}0\r\n\r\n`, "(501|400)"],
      ["another expectation", head("Host: a", "Expect: 200-ok"), "417"],
      ["CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "405"],
    ]
    for (const [title, packet, status] of cases) {
      test(title, async () => {
        const server = await startEchoServer({})
        const answer = await sendPackets(server.port, [packet])
        assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\nConnection: close\r\n`))
        assert.deepEqual(server.targets, [])
        const behind = await sendPackets(server.port, [head("Host: a") + packet])
        assert.match(behind, /^HTTP\/1\.1 200 /)
        await server.close(0)
      })
    }
  })

  test("an HTTP/1.0 client never gets 100 Continue", async () => {
    const server = await startEchoServer({})
    const expecting = "PUT /x HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    const answer = await sendPackets(server.port, [expecting, "b"])
    assert.match(answer, /^HTTP\/1\.1 200 [^]*\r\n\r\nPUT \/x b$/)
    await server.close(0)
  })

  test("a malformed request after a response in progress does not write into that response", async () => {
    async function* slow(): AsyncGenerator<Buffer[], void, undefined> {
      yield await Promise.resolve([Buffer.alloc(4)])
      await new Promise(() => undefined)
    }
    const server = await startEchoServer({
      handle: (exchange) =>
        exchange.send({
          status: 200,
          headers: [],
          body: { kind: "stream", sizeBytes: 1000, batches: slow() },
        }),
    })
    const answer = await sendPackets(server.port, [head("Host: a"), "garbage\r\n\r\n"])
    assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1)
    await server.close(0)
  })
})

test("a handler that throws before it responds yields 500 without a body", async () => {
  const server = await startEchoServer({ handle: () => Promise.reject(new Error("a bug")) })
  const answer = await sendPackets(server.port, [head("Host: a")])
  assert.match(answer, /^HTTP\/1\.1 500 /)
  assert.match(answer, /Content-Length: 0\r\n/)
  await server.close(0)
})

test("a connection that is silent for too long is cut", async () => {
  const server = await startEchoServer({ idleTimeoutMs: 50 })
  assert.equal(await sendPackets(server.port, ["GET /x HTTP/1.1\r\nHo"]), "")
  const upload = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhel"
  assert.equal(await sendPackets(server.port, [upload]), "")
  await server.close(0)
})

test("one connection serves one request after the other", async () => {
  const server = await startEchoServer({})
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
  const answer = await sendPackets(server.port, [get("/1"), get("/2") + get("/3")], 100)
  assert.deepEqual(answer.match(/GET \/\d/g), ["GET /1", "GET /2", "GET /3"])
  await server.close(0)
})

test("what is not HTTP after complete requests costs none of them its response, and ends the connection", async () => {
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
  const broken = "PUT /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n"
  for (const rest of ["garbage\r\n\r\n", broken]) {
    const server = await startEchoServer({})
    const answer = await sendPackets(server.port, [get("/1") + get("/2") + rest])
    assert.deepEqual(answer.match(/GET \/\d/g), ["GET /1", "GET /2"])
    assert.deepEqual(answer.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 200", "HTTP/1.1 200"])
    await server.close(0)
  }
})

describe("closing", () => {
  test("accepts no new connections and lets a request in progress finish", async () => {
    const go = Promise.withResolvers<undefined>()
    const server = await startEchoServer({
      async handle(exchange) {
        await go.promise
        await answerNothing(exchange)
      },
    })
    const answer = sendPackets(server.port, [head("Host: a")])
    await server.sawRequest
    const closed = server.close(60_000)
    const late = connect(server.port, "127.0.0.1")
    const [error] = (await once(late, "error")) as [NodeJS.ErrnoException]
    assert.equal(error.code, "ECONNREFUSED")
    go.resolve(undefined)
    await closed
    assert.match(await answer, /^HTTP\/1\.1 200 /)
  })

  test("does not wait for connections that are idle", async () => {
    const server = await startEchoServer({ handle: answerNothing })
    const idle = connect(server.port, "127.0.0.1")
    idle.write(head("Host: a"))
    await once(idle, "data")
    await server.close(60_000)
    idle.destroy()
  })

  test("cuts what is still in progress when the grace period is over", async () => {
    const server = await startEchoServer({ handle: () => new Promise(() => undefined) })
    const answer = sendPackets(server.port, [head("Host: a")])
    await server.sawRequest
    await server.close(20)
    assert.equal(await answer, "")
  })
})

test("several servers listen on one port when configured to", async () => {
  const options = {
    host: "127.0.0.1",
    reusePort: true,
    maxHeaderBytes: 16_384,
    memory: createMemoryBudget(2 ** 30),
    clock: systemClock,
    log: createLog("silent"),
    handle: answerNothing,
  }
  const first = await startHttpServer({ ...options, port: 0 })
  const second = await startHttpServer({ ...options, port: first.port })
  assert.equal(second.port, first.port)
  await first.close(0)
  assert.match(await sendPackets(second.port, [head("Host: a")], 100), /^HTTP\/1\.1 200 /)
  await assert.rejects(startHttpServer({ ...options, reusePort: false, port: second.port }), {
    code: "EADDRINUSE",
  })
  await second.close(0)
})

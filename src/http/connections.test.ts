import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { connect as connectTls, createServer as createTlsServer } from "node:tls"
import { sendPackets, startEchoServer } from "../../test/http/raw-connection.ts"
import { fakeClock, monotonicClock } from "../base/clock.ts"
import { createMemoryBudget } from "../base/memory-budget.ts"
import { createConnections } from "./connections.ts"
import { createExchange } from "./exchange.ts"
import { createParser } from "./parser.ts"

const LIMITS = {
  clock: monotonicClock,
  memory: createMemoryBudget(2 ** 30),
  maxHeaderBytes: 16_384,
  headMs: 60_000,
  keepAliveMs: 60_000,
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

describe("requests that are sent without waiting for answers", () => {
  test("are handled one after the other: the next when the answer before it has left", async () => {
    const go = Promise.withResolvers<undefined>()
    const server = await startEchoServer({
      async handle({ head, send }) {
        if (head.target === "/1") await go.promise
        await send({ status: 200, headers: [], body: { kind: "none" } })
      },
    })
    const answers = sendPackets(server.port, [get("/1") + get("/2") + get("/3")], 100)
    await server.sawRequest
    for (let turns = 0; turns < 8; turns += 1) await turn()
    assert.deepEqual(server.targets, ["/1"])
    go.resolve(undefined)
    assert.equal((await answers).match(/HTTP\/1\.1 200/g)?.length, 3)
    assert.deepEqual(server.targets, ["/1", "/2", "/3"])
    await server.close(0)
  })

  test("are answered up to a hundred and one at a time, and then the connection closes", async () => {
    const server = await startEchoServer({})
    const answers = await sendPackets(server.port, [get("/x").repeat(2000)])
    const count = answers.match(/HTTP\/1\.1 200/g)?.length ?? 0
    assert.ok(count > 0 && count <= 102, `${count} answers`)
    assert.equal(answers.match(/\r\nConnection: close\r\n/g)?.length, 1)
    await server.close(0)
  })

  test("are not even parsed beyond those that are answered", async () => {
    const sockets: Socket[] = []
    const parse = createParser({
      connections: createConnections(LIMITS),
      limits: { maxHeaderSize: 16_384 },
      idleTimeoutMs: 60_000,
      urgentTargets: [],
      answer: () => undefined,
    })
    const server = createServer((socket) => {
      sockets.push(socket)
      parse(socket)
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1")
    client.write(get("/x").repeat(5000))
    for (let turns = 0; turns < 1000 && sockets[0]?.isPaused() !== true; turns += 1) await turn()
    const [socket] = sockets
    assert.equal(socket?.isPaused(), true)
    assert.equal(socket.listenerCount("data"), 0)
    client.destroy()
    socket.destroy()
    server.close()
  })

  test("are not handled any more when the client has gone away", async () => {
    const server = await startEchoServer({ handle: () => new Promise(() => undefined) })
    const socket = connect({ port: server.port, host: "127.0.0.1" })
    socket.write(get("/1") + get("/2"))
    await server.sawRequest
    socket.destroy()
    await once(socket, "close")
    await server.close(0)
    assert.deepEqual(server.targets, ["/1"])
  })
})

test("of many requests that come at once all are handled", async () => {
  const begun: string[] = []
  const go = Promise.withResolvers<undefined>()
  const server = await startEchoServer({
    urgentTargets: ["/urgent"],
    async handle({ head, send }) {
      begun.push(head.target)
      await go.promise
      await send({ status: 200, headers: [], body: { kind: "none" } })
    },
  })
  const targets = Array.from({ length: 200 }, (_, index) => `/${index}`)
  const sockets = await Promise.all(
    [...targets, "/urgent"].map(async (target) => {
      const socket = connect({ port: server.port, host: "127.0.0.1" })
      await once(socket, "connect")
      return { socket, target }
    }),
  )
  for (const { socket, target } of sockets) socket.write(get(target))
  while (begun.length < 201) await turn()
  assert.deepEqual(new Set(begun), new Set([...targets, "/urgent"]))
  go.resolve(undefined)
  for (const { socket } of sockets) socket.destroy()
  await server.close(0)
})

describe("a connection that sends what is no request", () => {
  for (const [title, before] of [
    ["after a request", get("/x")],
    ["and never a request", ""],
  ] as const) {
    test(`blank lines without end ${title}: it is cut`, async () => {
      const server = await startEchoServer({})
      const socket = connect({ port: server.port, host: "127.0.0.1" })
      socket.on("error", () => undefined).resume()
      const closed = once(socket, "close")
      socket.write(before + "\r\n".repeat(100_000))
      await closed
      await server.close(0)
    })
  }
})

test("a body that must keep pace may be slow for ten seconds, and is cut when it stays slow", async () => {
  const clock = fakeClock(0)
  const server = await startEchoServer({
    clock,
    async handle({ body, send }) {
      await body.whole({ bytesMax: 100_000, keepsPace: true })
      await send({ status: 200, headers: [], body: { kind: "none" } })
    },
  })
  const socket = connect({ port: server.port, host: "127.0.0.1" })
  socket.on("error", () => undefined).resume()
  const closed = once(socket, "close")
  socket.write("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\nx")
  await server.sawRequest
  // Looks are by the real time, and what they see is by the clock.
  for (let elapsedMs = 0; elapsedMs < 9000; elapsedMs += 3000) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    clock.advance(3000)
    assert.equal(socket.closed, false)
  }
  clock.advance(5000)
  await closed
  await server.close(0)
})

test("a head that is not whole after a minute is cut, however it trickles", async () => {
  const clock = fakeClock(0)
  const server = await startEchoServer({ clock })
  const socket = connect({ port: server.port, host: "127.0.0.1" })
  socket.on("error", () => undefined).resume()
  const closed = once(socket, "close")
  socket.write("GET /x HTTP/1.1\r\nHo")
  await new Promise((resolve) => setTimeout(resolve, 50))
  clock.advance(61_000)
  await closed
  await server.close(0)
})

describe("the memory of requests", () => {
  const put = (path: string, body: string): string =>
    `PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n${body}`

  test("is held by a body until its answer has left, and the next request of any connection waits for it", async () => {
    const memory = createMemoryBudget(8)
    const go = Promise.withResolvers<undefined>()
    const read: string[] = []
    const server = await startEchoServer({
      memory,
      async handle({ head, body, send }) {
        await body.whole({ bytesMax: 4 })
        read.push(head.target)
        if (head.target === "/1") await go.promise
        await send({ status: 200, headers: [], body: { kind: "none" } })
      },
    })
    const first = sendPackets(server.port, [put("/1", "abcd")], 200)
    await server.sawRequest
    const second = sendPackets(server.port, [put("/2", "abcd")], 200)
    while (!memory.isShort()) await turn()
    assert.deepEqual(read, ["/1"])
    go.resolve(undefined)
    await Promise.all([first, second])
    assert.deepEqual(read, ["/1", "/2"])
    assert.equal(memory.freeBytes(), 8)
    await server.close(0)
  })

  test("is given back when the client goes away, also while it waits", async () => {
    const memory = createMemoryBudget(8)
    const server = await startEchoServer({ memory })
    const sockets = ["/1", "/2"].map(() => connect({ port: server.port, host: "127.0.0.1" }))
    for (const socket of sockets) {
      await once(socket, "connect")
      socket.write(put("/x", ""))
    }
    while (!memory.isShort()) await turn()
    for (const socket of sockets) socket.destroy()
    while (memory.freeBytes() < 8 || memory.isShort()) await turn()
    await server.close(0)
  })

  test("is not kept for a client that had gone away when its turn came", async () => {
    const memory = createMemoryBudget(8)
    const go = Promise.withResolvers<undefined>()
    const gone = Promise.withResolvers<undefined>()
    const server = await startEchoServer({
      memory,
      async handle({ head, body, send }) {
        const whole = body.whole({ bytesMax: 4 })
        if (head.target === "/1") await Promise.all([whole, go.promise])
        else await whole.catch(() => gone.resolve(undefined))
        await send({ status: 200, headers: [], body: { kind: "none" } })
      },
    })
    const first = sendPackets(server.port, [put("/1", "abcd")], 200)
    await server.sawRequest
    const second = connect({ port: server.port, host: "127.0.0.1" })
    second.write(put("/2", ""))
    while (!memory.isShort()) await turn()
    second.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    go.resolve(undefined)
    await Promise.all([first, gone.promise])
    assert.equal(memory.freeBytes(), 8)
    await server.close(0)
  })

  test("is taken from a client that reads nothing for five seconds while another waits", async () => {
    const memory = createMemoryBudget(8)
    const clock = fakeClock(0)
    async function* endless(): AsyncGenerator<Buffer[], void, undefined> {
      for (;;) yield await Promise.resolve([Buffer.alloc(64 * 1024)])
    }
    const server = await startEchoServer({
      memory,
      clock,
      async handle({ head, body, send }) {
        await body.whole({ bytesMax: 4 })
        const batches = endless()
        await send({
          status: 200,
          headers: [],
          body:
            head.target === "/1" ? { kind: "stream", sizeBytes: 1e12, batches } : { kind: "none" },
        })
      },
    })
    const stalled = connect({ port: server.port, host: "127.0.0.1" })
    stalled.on("error", () => undefined)
    stalled.write(put("/1", "abcd"))
    await server.sawRequest
    const closing = put("/2", "abcd").replace("Host: a", "Host: a\r\nConnection: close")
    const second = sendPackets(server.port, [closing])
    while (!memory.isShort()) await turn()
    // Looks are by the real time, and what they see is by the clock.
    while (memory.isShort()) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      clock.advance(1000)
    }
    assert.match(await second, /^HTTP\/1\.1 200/)
    stalled.destroy()
    await server.close(0)
  })
})

test("GET with a body that never comes is answered, and no later request is taken for the body", async () => {
  const server = await startEchoServer({
    handle: ({ send }) => send({ status: 200, headers: [], body: { kind: "none" } }),
  })
  const answer = await sendPackets(server.port, [
    "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\n",
    get("/y"),
  ])
  assert.match(answer, /^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n/)
  assert.deepEqual(server.targets, ["/x"])
  await server.close(0)
})

test("both framing headers are served over TLS as well, on a first and on a later request", async () => {
  const folder = mkdtempSync(join(tmpdir(), "osseal-tls-"))
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")]
  const subject = ["-subj", "/CN=localhost", "-days", "2", "-keyout", keyFile, "-out", certFile]
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
  execFileSync("openssl", ["req", "-x509", ...curve, ...subject], { stdio: "ignore" })
  const identity = { key: readFileSync(keyFile), cert: readFileSync(certFile) }
  rmSync(folder, { recursive: true })
  const bodies: string[] = []
  const parse = createParser({
    connections: createConnections(LIMITS),
    limits: { maxHeaderSize: 16_384 },
    idleTimeoutMs: 60_000,
    urgentTargets: [],
    answer(parsed) {
      const { body, isSecure, send } = createExchange(parsed)
      assert.equal(isSecure, true)
      void body.whole({ bytesMax: 100 }).then(async (bytes) => {
        bodies.push(bytes.toString())
        await send({ status: 200, headers: [], body: { kind: "none" } })
      })
    },
  })
  const server = createTlsServer({ ...identity, allowHalfOpen: true }, parse).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const pair =
    "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" +
    "5\r\nhello\r\n0\r\n\r\n"
  for (const first of ["", get("/first")]) {
    const socket = connectTls({
      port,
      host: "127.0.0.1",
      ca: identity.cert,
      servername: "localhost",
    })
    await once(socket, "secureConnect")
    if (first !== "") {
      socket.write(first)
      await once(socket, "data")
    }
    socket.write(pair)
    const answer = Buffer.concat(await socket.toArray()).toString()
    assert.match(answer, /^HTTP\/1\.1 200 /)
  }
  assert.deepEqual(bodies, ["hello", "", "hello"])
  server.close()
})

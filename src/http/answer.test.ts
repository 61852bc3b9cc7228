import assert from "node:assert/strict"
import { once } from "node:events"
import { connect } from "node:net"
import { describe, test } from "node:test"
import { setImmediate as turn } from "node:timers/promises"
import { sendPackets, startEchoServer } from "../../test/http/raw-connection.ts"
import { releasedWhenGivenUp } from "../base/given-up.ts"
import type { AnswerToSend } from "./answer.ts"

const GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
const HEAD = "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n"

/**
 * What a client receives for these packets when every request gets this answer. The server handles the handler's
 * failure.
 */
async function answered(
  packets: readonly string[],
  toSend: () => AnswerToSend,
  quietMs?: number,
): Promise<string> {
  const server = await startEchoServer({
    handle: (exchange) => exchange.send(toSend()),
  })
  const answer = await sendPackets(server.port, packets, quietMs)
  await server.close(0)
  return answer
}

/** The same, for responses after which the connection stays open. */
function answeredOpen(packets: readonly string[], toSend: () => AnswerToSend): Promise<string> {
  return answered(packets, toSend, 100)
}

/** One batch for each text, in pieces of two bytes. */
async function* batchesOf(...texts: string[]): AsyncGenerator<Buffer[], void, undefined> {
  for (const text of texts) {
    yield await Promise.resolve((text.match(/..?/g) ?? []).map((piece) => Buffer.from(piece)))
  }
}

function streamed(
  sizeBytes: number,
  batches: AsyncGenerator<Buffer[], void, undefined>,
): AnswerToSend {
  return { status: 200, headers: [["X-A", "b"]], body: { kind: "stream", sizeBytes, batches } }
}

test("a body that is only announced has its length sent, and then the connection ends", async () => {
  const toSend = (): AnswerToSend => ({
    status: 200,
    headers: [],
    body: { kind: "announced", sizeBytes: 5 },
  })
  const answer = await answered([GET + GET], toSend)
  assert.match(
    answer,
    /^HTTP\/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n[^]*\r\n\r\n$/,
  )
  assert.equal(answer.split("HTTP/1.1").length, 2, "nothing else is answered")
})

describe("a response", () => {
  test("has its headers as given and the length of its body", async () => {
    const pieces = ["he", "l", "lo"].map((piece) => Buffer.from(piece))
    const answer = await answeredOpen([GET], () => ({
      status: 200,
      headers: [["x-oss-Meta-a", "caf\u00e9"]],
      body: { kind: "pieces", pieces },
    }))
    assert.match(answer, /\r\nx-oss-Meta-a: caf\u00e9\r\nContent-Length: 5\r\n/)
    assert.match(answer, /\r\n\r\nhello$/)
  })

  test("streams its body, and the connection goes on", async () => {
    const answer = await answeredOpen([GET, GET], () => streamed(10, batchesOf("hello", "world")))
    assert.equal(answer.match(/Content-Length: 10\r\n[^]*?\r\n\r\nhelloworld/g)?.length, 2)
  })

  test("streams a body of no bytes", async () => {
    const answer = await answeredOpen([GET, GET], () => streamed(0, batchesOf()))
    assert.equal(answer.match(/Content-Length: 0\r\n/g)?.length, 2)
  })

  test("to HEAD has no body", async () => {
    const answer = await answeredOpen([HEAD, HEAD], () => streamed(5, batchesOf("hello")))
    assert.equal(answer.match(/HTTP\/1\.1 200/g)?.length, 2)
    assert.doesNotMatch(answer, /hello/)
  })

  test("with status 204 or 304 has no length and no body", async () => {
    for (const status of [204, 304]) {
      const answer = await answeredOpen([GET], () => ({
        status,
        headers: [],
        body: { kind: "none" },
      }))
      assert.doesNotMatch(answer, /Content-Length/)
    }
  })
})

describe("a streamed response whose source misbehaves is cut, so that no client takes it as complete", () => {
  async function* failing(): AsyncGenerator<Buffer[], void, undefined> {
    yield await Promise.resolve([Buffer.from("hello")])
    throw new Error("the stored data is damaged")
  }
  async function* tooMuch(): AsyncGenerator<Buffer[], void, undefined> {
    for (const text of ["hello", "world!", ""]) {
      yield [Buffer.from(text)]
      // So that what was sent is on its way before the end is seen.
      for (let turns = 0; turns < 4; turns += 1) await turn()
    }
  }
  const sources: [title: string, source: () => AsyncGenerator<Buffer[], void, undefined>][] = [
    ["it fails", failing],
    ["it ends early", () => batchesOf("hello")],
    ["it yields too much", tooMuch],
  ]
  for (const [title, source] of sources) {
    test(`when ${title}`, async () => {
      const answer = await answered([GET], () => streamed(10, source()))
      assert.doesNotMatch(answer, /\r\n\r\n[^]{10}/)
    })

    test(`and fetch reports it when ${title}`, async () => {
      const server = await startEchoServer({
        handle: (exchange) => exchange.send(streamed(10, source())),
      })
      await assert.rejects(async () => {
        const response = await fetch(`http://127.0.0.1:${server.port}/`)
        await response.text()
      }, TypeError)
      await server.close(0)
    })
  }
})

test("the source of a stream is released when the request is HEAD", async () => {
  let isReleased = false
  const batches = releasedWhenGivenUp(batchesOf("hello"), () => {
    isReleased = true
    return Promise.resolve()
  })
  await answeredOpen([HEAD], () => streamed(5, batches))
  assert.ok(isReleased)
})

test("the source of a stream is released when the client disconnects", async () => {
  const returned = Promise.withResolvers<undefined>()
  async function* endless(): AsyncGenerator<Buffer[], void, undefined> {
    try {
      for (;;) yield await Promise.resolve([Buffer.alloc(64 * 1024)])
    } finally {
      returned.resolve(undefined)
    }
  }
  const server = await startEchoServer({
    handle: (exchange) => exchange.send(streamed(1e12, endless())),
  })
  const abort = new AbortController()
  const response = await fetch(`http://127.0.0.1:${server.port}/`, { signal: abort.signal })
  assert.equal(response.status, 200)
  abort.abort()
  await returned.promise
  await server.close(0)
})

describe("a response to a request whose body was not read", () => {
  const refusal = (): AnswerToSend => ({
    status: 403,
    headers: [],
    body: { kind: "pieces", pieces: [Buffer.from("no")] },
  })

  test("keeps the connection when the body is small", async () => {
    const put = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    const answer = await answeredOpen([put, "hello", put, "hello"], refusal)
    assert.equal(answer.match(/HTTP\/1\.1 403/g)?.length, 2)
  })

  test("closes the connection when it is large", async () => {
    const put = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
    const answer = await answered([put, "x".repeat(100_000), GET], refusal)
    assert.equal(answer.match(/HTTP\/1\.1 403/g)?.length, 1)
    assert.match(answer, /\r\nConnection: close\r\n/)
  })

  test("reaches a client that sends all of a large body before it reads", async () => {
    const server = await startEchoServer({
      handle: (exchange) => exchange.send(refusal()),
    })
    const sizeBytes = 12 * 1024 ** 2
    const socket = connect({ port: server.port, host: "127.0.0.1" })
    await once(socket, "connect")
    await new Promise<void>((resolve, reject) => {
      socket.write(`PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: ${sizeBytes}\r\n\r\n`)
      socket.write(Buffer.alloc(sizeBytes), (error) => (error ? reject(error) : resolve()))
    })
    const received = (await socket.toArray()).join("")
    assert.match(received, /^HTTP\/1\.1 403 [^]*\r\n\r\nno$/)
    await server.close(0)
  })
})

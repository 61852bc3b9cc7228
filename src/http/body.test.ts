import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { sendPackets, startEchoServer } from "../../test/http/raw-connection.ts"
import { BodyIncomplete, BodyTooLarge } from "./body.ts"
import type { HttpHandler } from "./server.ts"

/** How reading a body of up to 10 bytes ended, for the requests that one test sends. */
async function readBodies(packets: readonly string[]): Promise<unknown[]> {
  const results: unknown[] = []
  const done = Promise.withResolvers<undefined>()
  const server = await startEchoServer({
    async handle(exchange) {
      const result = await exchange.body.whole({ bytesMax: 10 }).catch((error: unknown) => error)
      results.push(result instanceof Buffer ? result.toString() : result)
      done.resolve(undefined)
      await exchange.send({ status: 200, headers: [], body: { kind: "none" } })
    },
  })
  await sendPackets(server.port, packets, 100)
  await done.promise
  await server.close(0)
  return results
}

function head(...lines: string[]): string {
  return ["PUT /x HTTP/1.1", "Host: a", ...lines, "", ""].join("\r\n")
}

describe("a request's body", () => {
  test("arrives whole, with either framing", async () => {
    assert.deepEqual(await readBodies([head("Content-Length: 5"), "hel", "lo"]), ["hello"])
    const chunked = [head("Transfer-Encoding: chunked"), "5\r\nhello\r\n", "0\r\n\r\n"]
    assert.deepEqual(await readBodies(chunked), ["hello"])
    assert.deepEqual(await readBodies([head()]), [""])
  })

  test("may be as long as the limit and no longer, with either framing", async () => {
    assert.deepEqual(await readBodies([head("Content-Length: 10"), "0123456789"]), ["0123456789"])
    const [declared] = await readBodies([head("Content-Length: 11"), "0123456789a"])
    assert.ok(declared instanceof BodyTooLarge)
    const chunks = ["a\r\n0123456789\r\n", "1\r\na\r\n0\r\n\r\n"]
    const [chunked] = await readBodies([head("Transfer-Encoding: chunked"), ...chunks])
    assert.ok(chunked instanceof BodyTooLarge)
  })

  test("whose announced length is too long is refused before a byte of it is read", async () => {
    const [error] = await readBodies([head("Content-Length: 99999999999999")])
    assert.ok(error instanceof BodyTooLarge)
  })

  test("is incomplete when the client disconnects, with either framing", async () => {
    const [declared] = await readBodies([head("Content-Length: 5"), "hel"])
    assert.ok(declared instanceof BodyIncomplete)
    const [chunked] = await readBodies([head("Transfer-Encoding: chunked"), "5\r\nhello\r\n"])
    assert.ok(chunked instanceof BodyIncomplete)
  })
})

function bytesFrom(first: number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (first + index) % 251))
}

test("small chunks of a body are joined, in order and without loss", async () => {
  const pieces: Buffer[] = []
  const server = await startEchoServer({
    async handle({ body, send }) {
      for await (const piece of body.chunks({ bytesMax: 1_000_000 })) {
        pieces.push(Buffer.from(piece))
      }
      await send({ status: 200, headers: [], body: { kind: "none" } })
    },
  })
  const sizes = [...Array.from({ length: 2000 }, () => 1), 600, 1, 511, 512, 513, 3, 20_000, 2]
  let sentBytes = 0
  const chunks = sizes.map((sizeBytes) => {
    const chunk = bytesFrom(sentBytes, sizeBytes)
    sentBytes += sizeBytes
    return Buffer.concat([Buffer.from(`${sizeBytes.toString(16)}\r\n`), chunk, Buffer.from("\r\n")])
  })
  const closing = head("Transfer-Encoding: chunked", "Connection: close")
  await sendPackets(server.port, [closing, Buffer.concat(chunks), "0\r\n\r\n"])
  assert.ok(Buffer.concat(pieces).equals(bytesFrom(0, sentBytes)))
  assert.ok(pieces.length < 40, `${pieces.length} pieces`)
  await server.close(0)
})

describe("Expect: 100-continue", () => {
  const EXPECTING = head("Expect: 100-continue", "Content-Length: 5")

  test("gets 100 Continue when the body is wanted", async () => {
    const server = await startEchoServer({})
    const answer = await sendPackets(server.port, [EXPECTING, "hello"], 100)
    assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
    await server.close(0)
  })

  test("gets no 100 Continue when the request is refused, and the connection is closed", async () => {
    const handle: HttpHandler = (exchange) =>
      exchange.send({ status: 403, headers: [], body: { kind: "none" } })
    const server = await startEchoServer({ handle })
    const answer = await sendPackets(server.port, [EXPECTING])
    assert.match(answer, /^HTTP\/1\.1 403 /)
    assert.match(answer, /\r\nConnection: close\r\n/)
    await server.close(0)
  })
})

test("a body that its reader abandons does not cut the connection before the response", async () => {
  const server = await startEchoServer({
    async handle(exchange) {
      for await (const piece of exchange.body.chunks({ bytesMax: 1000 })) {
        if (piece.length > 0) break
      }
      await exchange.send({ status: 400, headers: [], body: { kind: "none" } })
    },
  })
  const closing = head("Content-Length: 6", "Connection: close")
  const answer = await sendPackets(server.port, [closing, "hel", "lo!"])
  assert.match(answer, /^HTTP\/1\.1 400 /)
  await server.close(0)
})

import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { sendPackets, startEchoServer, type EchoServer } from "../../test/http/raw-connection.ts"

const CHUNKS = "5\r\nhello\r\n0\r\n\r\n"

function head(...lines: string[]): string {
  return ["PUT /x HTTP/1.1", "Host: a", ...lines, "", ""].join("\r\n")
}

const PAIR = head("Transfer-Encoding: chunked", "Content-Length: 5")

let server: EchoServer

before(async () => {
  server = await startEchoServer({})
})
after(() => server.close(0))

function statuses(answer: string): string[] {
  return Array.from(answer.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status ?? "")
}

describe("Transfer-Encoding: chunked together with Content-Length", () => {
  const accepted: [title: string, packets: string[]][] = [
    ["in one packet", [PAIR + CHUNKS]],
    ["in the other order", [head("Content-Length: 5", "Transfer-Encoding: chunked") + CHUNKS]],
    [
      "with further headers after it",
      [head("Content-Length: 5", "Transfer-Encoding: chunked", "X-A: b") + CHUNKS],
    ],
    ["head and body in separate packets", [PAIR, CHUNKS]],
    ["the head split before the pair", [PAIR.slice(0, 20), PAIR.slice(20) + CHUNKS]],
    ["the head split between the two", [PAIR.slice(0, 60), PAIR.slice(60) + CHUNKS]],
    ["the head split before its last line end", [PAIR.slice(0, -2), PAIR.slice(-2) + CHUNKS]],
    ["every byte of the head on its own", [...Array.from(PAIR), CHUNKS]],
    ["the chunks in separate packets", [PAIR + "2\r\nhe", "\r\n3\r\nllo\r\n", "0\r\n\r\n"]],
  ]
  for (const [title, packets] of accepted) {
    test(`is served, and the connection is closed: ${title}`, async () => {
      const answer = await sendPackets(server.port, packets)
      assert.deepEqual(statuses(answer), ["200"])
      assert.match(answer, /\r\nConnection: close\r\n/)
      assert.match(answer, /PUT \/x hello$/)
    })
  }

  test("is served after another request on the same connection", async () => {
    const answer = await sendPackets(server.port, [
      "GET /first HTTP/1.1\r\nHost: a\r\n\r\n",
      PAIR + CHUNKS,
    ])
    assert.deepEqual(statuses(answer), ["200", "200"])
    assert.match(answer, /PUT \/x hello$/)
  })

  test("is refused when it arrives in pieces and is not the first head of its connection", async () => {
    const answer = await sendPackets(server.port, [
      "PUT /first HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n",
      "ok",
      PAIR.slice(0, 40),
      PAIR.slice(40) + CHUNKS,
    ])
    assert.deepEqual(statuses(answer), ["200", "400"])
  })

  test("a body that looks like one is never taken for a request, whatever follows it in its packet", async () => {
    const quick = await startEchoServer({
      handle: (exchange) => exchange.send({ status: 200, headers: [], body: { kind: "none" } }),
    })
    const body = PAIR.replace("/x", "/smuggled")
    const first = `PUT /first HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`
    const answer = await sendPackets(quick.port, [first, body + PAIR + CHUNKS])
    await quick.close(0)
    assert.deepEqual(statuses(answer), ["200", "400"])
    assert.deepEqual(quick.targets, ["/first"])
  })

  for (const before of [[], ["GET /before HTTP/1.1\r\nHost: a\r\n\r\n"]]) {
    const title = `after ${before.length} others`
    test(`a body that looks like one is no request when its own was pipelined, ${title}`, async () => {
      const quick = await startEchoServer({
        handle: (exchange) => exchange.send({ status: 200, headers: [], body: { kind: "none" } }),
      })
      const body = PAIR.replace("/x", "/smuggled")
      const second = `PUT /second HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`
      const first = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n"
      const answer = await sendPackets(quick.port, [
        ...before,
        first + second,
        body + PAIR + CHUNKS,
      ])
      await quick.close(0)
      assert.equal(statuses(answer).at(-1), "400")
      assert.deepEqual(quick.targets.slice(before.length), ["/first", "/second"])
    })
  }

  test("is served when it arrives before the previous response is complete", async () => {
    const sending = Promise.withResolvers<undefined>()
    async function* batches(): AsyncGenerator<Buffer[], void, undefined> {
      yield [Buffer.from("one ")]
      await sending.promise
      yield [Buffer.from("two.")]
    }
    const slow = await startEchoServer({
      async handle({ head, body, send }) {
        await body.whole({ bytesMax: 100 })
        if (head.target === "/first") {
          setTimeout(() => sending.resolve(undefined), 50)
          const stream = { kind: "stream", sizeBytes: 8, batches: batches() } as const
          await send({ status: 200, headers: [], body: stream })
        } else await send({ status: 200, headers: [], body: { kind: "none" } })
      },
    })
    const first = "GET /first HTTP/1.1\r\nHost: a\r\n\r\n"
    const answer = await sendPackets(slow.port, [first, PAIR + CHUNKS])
    await slow.close(0)
    assert.deepEqual(statuses(answer), ["200", "200"])
    assert.match(answer, /one two\.HTTP/)
  })

  test("is served after a request whose body was not read and arrived late", async () => {
    const quick = await startEchoServer({
      handle: (exchange) => exchange.send({ status: 200, headers: [], body: { kind: "none" } }),
    })
    const first = "PUT /first HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    const answer = await sendPackets(quick.port, [first, "hello", PAIR + CHUNKS])
    await quick.close(0)
    assert.deepEqual(statuses(answer), ["200", "200"])
    assert.deepEqual(quick.targets, ["/first", "/x"])
  })

  test("sends 100 Continue when asked to", async () => {
    const answer = await sendPackets(server.port, [
      head("Expect: 100-continue", "Transfer-Encoding: chunked", "Content-Length: 5"),
      CHUNKS,
    ])
    assert.deepEqual(statuses(answer), ["100", "200"])
  })

  for (const declared of ["4", "6", "0"]) {
    test(`is an incomplete body when ${declared} bytes are declared and 5 arrive`, async () => {
      const answer = await sendPackets(server.port, [
        head("Transfer-Encoding: chunked", `Content-Length: ${declared}`) + CHUNKS,
      ])
      assert.match(answer, /BodyIncomplete$/)
    })
  }

  const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
  test("what follows the chunks is never served", async () => {
    const answer = await sendPackets(server.port, [PAIR + CHUNKS + smuggled])
    assert.deepEqual(statuses(answer), ["200"])
    assert.ok(!server.targets.includes("/smuggled"))
  })

  test("garbage after the chunks does not suppress the response", async () => {
    const answer = await sendPackets(server.port, [PAIR + CHUNKS + "\x00\x01 garbage\r\n\r\n"])
    assert.deepEqual(statuses(answer), ["200"])
  })

  test("a broken chunk ends the connection without a success", async () => {
    const answer = await sendPackets(server.port, [`${PAIR}5\r\nhelloXX0\r\n\r\n`])
    assert.doesNotMatch(answer, /hello$/)
  })

  const refused: [title: string, head: string][] = [
    ["two lengths", head("Transfer-Encoding: chunked", "Content-Length: 5", "Content-Length: 5")],
    ["two different lengths", head("Content-Length: 5", "Content-Length: 6")],
    [
      "two encodings",
      head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", "Content-Length: 5"),
    ],
    ["a list of encodings", head("Transfer-Encoding: chunked, identity", "Content-Length: 5")],
    ["another encoding", head("Transfer-Encoding: gzip", "Content-Length: 5")],
    [
      "another encoding before chunked",
      head("Transfer-Encoding: gzip, chunked", "Content-Length: 5"),
    ],
    ["xchunked", head("Transfer-Encoding: xchunked", "Content-Length: 5")],
    ["a signed length", head("Transfer-Encoding: chunked", "Content-Length: +5")],
    ["a hexadecimal length", head("Transfer-Encoding: chunked", "Content-Length: 0x5")],
    ["a list of lengths", head("Transfer-Encoding: chunked", "Content-Length: 5, 5")],
    ["an empty length", head("Transfer-Encoding: chunked", "Content-Length:")],
    ["a space before the colon", head("Transfer-Encoding : chunked", "Content-Length: 5")],
    ["a tab before the colon", head("Content-Length: 5", "Transfer-Encoding\t: chunked")],
    ["a folded line", head("Transfer-Encoding:", " chunked", "Content-Length: 5")],
    [
      "a folded line elsewhere",
      head("X-A: b", " c", "Transfer-Encoding: chunked", "Content-Length: 5"),
    ],
    ["a bare line feed", head("X-A: b\nX-C: d", "Transfer-Encoding: chunked", "Content-Length: 5")],
    [
      "a bare carriage return",
      head("X-A: b\rX-C: d", "Transfer-Encoding: chunked", "Content-Length: 5"),
    ],
    ["a NUL", head("X-A: b\0", "Transfer-Encoding: chunked", "Content-Length: 5")],
    ["HTTP/1.0", head("Transfer-Encoding: chunked", "Content-Length: 5").replace("1.1", "1.0")],
    ["no host", head("Transfer-Encoding: chunked", "Content-Length: 5").replace("Host: a\r\n", "")],
    ["another request before it in the packet", `GET /first HTTP/1.1\r\nHost: a\r\n\r\n${PAIR}`],
  ]
  for (const [title, text] of refused) {
    test(`is refused with ${title}`, async () => {
      const answer = await sendPackets(server.port, [
        text.replaceAll("PUT /x", "PUT /refused") + CHUNKS,
      ])
      assert.doesNotMatch(answer, /PUT \/x/)
      assert.ok(!server.targets.includes("/refused"))
      if (!title.startsWith("another request")) assert.deepEqual(statuses(answer), ["400"])
    })
  }

  test("a head longer than the limit is refused, even when it is split", async () => {
    const begun = head("Transfer-Encoding: chunked", "Content-Length: 5").slice(0, -2)
    const more = `X-A: ${"a".repeat(9000)}\r\n`
    const answer = await sendPackets(server.port, [begun, more, more, more, "\r\n", CHUNKS])
    assert.deepEqual(statuses(answer), ["400"])
  })
})

describe("a connection whose request has both headers", () => {
  test("is cut when it is silent for too long", async () => {
    const impatient = await startEchoServer({ idleTimeoutMs: 50 })
    assert.equal(await sendPackets(impatient.port, [PAIR]), "")
    await impatient.close(0)
  })

  test("is cut when the server closes and its grace period is over", async () => {
    const closing = await startEchoServer({})
    const answer = sendPackets(closing.port, [PAIR])
    await closing.sawRequest
    await closing.close(20)
    assert.equal(await answer, "")
  })
})

// What a sender without any permission may send, one attack at a time; `npm run limits` runs it in a thread.
import { createHash, createHmac } from "node:crypto"
import { connect, type Socket } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { parentPort, workerData } from "node:worker_threads"

/** What an attack knows about the server. The bucket lets everybody read and write. */
export interface Target {
  readonly ossPort: number
  readonly kmsPort: number
  readonly consolePort: number
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly bucket: string
  /** The target of a signed PUT. */
  readonly signedPut: string
}

const SECONDS = 12

/** Resolves at the first of the events, or when the time is over. */
function first(socket: Socket, events: readonly string[], msMax: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      for (const event of events) socket.off(event, done)
      resolve()
    }
    const timer = setTimeout(done, msMax)
    for (const event of events) socket.on(event, done)
  })
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  socket.on("error", () => undefined)
  await first(socket, ["connect", "close"], 5000)
  return socket
}

async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) sockets.push(await open(port))
  return sockets
}

function closeAll(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.destroy()
}

function head(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, "Host: 127.0.0.1", ...headers, "", ""].join("\r\n")
}

/** Writes endlessly for the time of an attack, as fast as the server reads. */
async function flood(port: number, begin: string, block: Buffer): Promise<void> {
  const socket = await open(port)
  socket.resume()
  socket.write(begin)
  const untilMs = performance.now() + (SECONDS * 1000) / 4
  while (performance.now() < untilMs && !socket.destroyed) {
    if (!socket.write(block)) {
      await first(socket, ["drain", "close"], 1000)
    }
  }
  socket.destroy()
}

/** Sends a head on many connections, and a byte on each every five seconds. */
async function trickle(port: number, count: number, begin: string): Promise<void> {
  const sockets = await openMany(port, count)
  for (const socket of sockets) socket.resume().write(begin)
  for (let seconds = 0; seconds < SECONDS; seconds += 5) {
    await sleep(5000)
    for (const socket of sockets) if (socket.writable) socket.write("x")
  }
  closeAll(sockets)
}

async function readNothing(port: number, count: number, request: string): Promise<void> {
  const sockets = await openMany(port, count)
  for (const socket of sockets) socket.pause().write(request)
  await sleep(SECONDS * 1000)
  closeAll(sockets)
}

/** A request whose response is awaited. */
async function send(port: number, request: string, body: string): Promise<void> {
  const socket = await open(port)
  socket.resume().write(request)
  socket.write(body)
  await first(socket, ["data", "close"], 30_000)
  socket.destroy()
}

/** A DeleteMultipleObjects of two mebibytes. */
async function sendXml({ ossPort, bucket }: Target, unit: string, inner: string): Promise<void> {
  const [before = "", after = ""] = inner.split("*")
  const repeated = unit.repeat(Math.floor((2 * 1024 ** 2 - inner.length) / unit.length))
  const body =
    `${before}${repeated.replaceAll("#", () => String(Math.random()).slice(2, 9))}${after}`.slice(
      0,
      2 * 1024 ** 2,
    )
  const md5 = createHash("md5").update(body).digest("base64")
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  await send(ossPort, head(`POST /${bucket}?delete`, length, `Content-MD5: ${md5}`), body)
}

const CHUNKED = "Transfer-Encoding: chunked"
const ONE_BYTE_CHUNKS = Buffer.from("1\r\nx\r\n".repeat(5000))

const LONG = "Content-Length: 60000"

const JSON_BODY = "Content-Type: application/json"

/** Returns the path of the largest file that the console serves to every visitor. */
async function scriptPath(port: number): Promise<string> {
  const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  return /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? "/"
}

async function post(port: number, path: string, body: unknown): Promise<Record<string, string>> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/session${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  return (await answer.json()) as Record<string, string>
}

/** Signs in `count` times with a proof by that secret, each time under the id that `nameOf` returns. */
async function signInOften(
  { consolePort }: Target,
  count: number,
  nameOf: (number: number) => string,
  secret: string,
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const accessKeyId = nameOf(number)
    const asked = { accessKeyId, purpose: "sign-in" }
    const { challengeId, message = "" } = await post(consolePort, "/challenge", asked)
    const proof = createHmac("sha256", secret).update(message).digest("hex")
    await post(consolePort, "", { accessKeyId, challengeId, proof })
  }
}

export const ATTACKS: Readonly<Record<string, (target: Target) => Promise<void>>> = {
  "2,000 pipelined GETs of 8 MiB, never read": ({ ossPort, bucket }) =>
    readNothing(ossPort, 1, head(`GET /${bucket}/8m`).repeat(2000)),
  "HEADs pipelined without end": ({ ossPort, bucket }) =>
    flood(ossPort, "", Buffer.from(head(`HEAD /${bucket}/8m`).repeat(600))),
  "a body of chunks of one byte": ({ ossPort, bucket }) =>
    flood(ossPort, head(`PUT /${bucket}/tiny`, CHUNKED), ONE_BYTE_CHUNKS),
  "XML in chunks of one byte": ({ ossPort, bucket }) =>
    flood(
      ossPort,
      head(`POST /${bucket}?delete`, CHUNKED, "Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=="),
      ONE_BYTE_CHUNKS,
    ),
  "1,000 readers of 32 MiB that read nothing": ({ ossPort, bucket }) =>
    readNothing(ossPort, 1000, head(`GET /${bucket}/32m`)),
  "1,000 readers of 1 MiB that read nothing": ({ ossPort, bucket }) =>
    readNothing(ossPort, 1000, head(`GET /${bucket}/1m`)),
  "1,000 readers of 64 KiB that read nothing": ({ ossPort, bucket }) =>
    readNothing(ossPort, 1000, head(`GET /${bucket}/64k`)),
  "blank lines to the OSS port": ({ ossPort }) =>
    flood(ossPort, head("GET /-/health"), Buffer.from("\r\n".repeat(32_768))),
  "blank lines to the KMS port": ({ kmsPort }) =>
    flood(kmsPort, head("GET /"), Buffer.from("\r\n".repeat(32_768))),
  "endless headers": async ({ ossPort, kmsPort }) => {
    const block = Buffer.from(`X-A: ${"a".repeat(8000)}\r\n`)
    for (let count = 0; count < 100; count += 1) {
      for (const port of [ossPort, kmsPort]) {
        const socket = await open(port)
        socket.resume().write("GET / HTTP/1.1\r\n")
        for (let blocks = 0; blocks < 32; blocks += 1) socket.write(block)
      }
    }
  },
  "1,000 heads that trickle": ({ ossPort }) => trickle(ossPort, 1000, "GET / HTTP/1.1\r\nX: "),
  "1,000 unsigned bodies at a byte in five seconds": ({ ossPort, bucket }) =>
    trickle(ossPort, 1000, head(`PUT /${bucket}/slow`, LONG)),
  "1,000 signed bodies at a byte in five seconds": ({ ossPort, signedPut }) =>
    trickle(ossPort, 1000, head(`PUT ${signedPut}`, LONG)),
  "1,000 KMS bodies at a byte in five seconds": ({ kmsPort }) =>
    trickle(kmsPort, 1000, head("POST /", LONG)),
  "1,000 console bodies at a byte in five seconds": ({ consolePort }) => {
    const line = "POST /api/session/challenge"
    return trickle(consolePort, 1000, head(line, JSON_BODY, "Content-Length: 15000"))
  },
  "1,000 readers of the console that read nothing": async ({ consolePort }) =>
    await readNothing(consolePort, 1000, head(`GET ${await scriptPath(consolePort)}`)),
  "2,000 pipelined GETs of the console, never read": async ({ consolePort }) =>
    await readNothing(consolePort, 1, head(`GET ${await scriptPath(consolePort)}`).repeat(2000)),
  "blank lines to the console's port": ({ consolePort }) =>
    flood(consolePort, head("GET /"), Buffer.from("\r\n".repeat(32_768))),
  "guesses of 5,000 access keys at the console": (target) =>
    signInOften(target, 5000, (number) => `guess-${number}-${"a".repeat(100)}`, "guess"),
  "2,000 sessions of the console": (target) =>
    signInOften(target, 2000, () => target.accessKeyId, target.accessKeySecret),
  "KMS forms of 64 KiB": async ({ kmsPort }) => {
    const body = `Action=ListKeys&Version=2016-01-20&a=${"%25".repeat(21_000)}`
    const form = "Content-Type: application/x-www-form-urlencoded"
    for (let count = 0; count < 50; count += 1) {
      await send(kmsPort, head("POST /", form, `Content-Length: ${body.length}`), body)
    }
  },
  "XML of attributes": (target) => sendXml(target, ' a#=""', "<Delete*></Delete>"),
  "XML of references": (target) => sendXml(target, "&amp;", "<Delete>*</Delete>"),
  "XML of numeric references": (target) => sendXml(target, "&#x1;", "<Delete>*</Delete>"),
  "XML of comments": (target) => sendXml(target, "<!---->", "<Delete>*</Delete>"),
  "XML of elements": (target) => sendXml(target, "<a/>", "<Delete>*</Delete>"),
  "XML of CDATA sections": (target) => sendXml(target, "<![CDATA[]]>", "<Delete>*</Delete>"),
  "XML of control characters": (target) =>
    sendXml(target, "\u0001", "<Delete><Object><Key>*</Key></Object></Delete>"),
  "XML of one name": (target) => sendXml(target, "a", "<*/>"),
}

const attack = parentPort === null ? undefined : ATTACKS[(workerData as { name: string }).name]
await attack?.((workerData as { target: Target }).target)

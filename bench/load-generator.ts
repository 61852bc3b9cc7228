// A process of its own that sends prepared requests over raw sockets and reads the answers, so that as little as possible
// of the machine goes into the client.
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { performance } from "node:perf_hooks"
import { signV1, stringToSignV1 } from "../src/oss/auth/signature-v1.ts"
import { percentEncode } from "../src/base/percent-encode.ts"
import type { Cell, LoadOrder, LoadResult } from "./messages.ts"

/** How many names GET reads in turn. */
const READ_NAMES = 128
/** Large objects overwrite so few names that the disk does not fill, and that each is written before it is read. */
const LARGE_NAMES = 24
const LARGE_BYTES = 100_000
/** Whose bodies would fill the memory of the machine. */
const HUGE_BYTES = 16 * 1024 * 1024
const HUGE_NAMES = 4
/** Enough small requests that none comes twice. */
const REQUESTS_PER_SECOND_MAX = 12_000

/** The names that a cell goes through: a PUT of small objects makes new ones, as most writes do. */
function nameCount({ cell, warmUpMs, measureMs }: LoadOrder): number {
  if (cell.operation === "LIST") return 1
  if (cell.sizeBytes > HUGE_BYTES) return HUGE_NAMES
  if (cell.sizeBytes > LARGE_BYTES) return LARGE_NAMES
  if (cell.operation === "GET") return READ_NAMES
  return Math.ceil(((warmUpMs + measureMs) / 1000) * REQUESTS_PER_SECOND_MAX)
}

interface Request {
  readonly head: Buffer
  readonly body: Buffer
}

const ENCRYPTION_HEADERS: Record<Cell["encryption"], readonly (readonly [string, string])[]> = {
  unmarked: [],
  AES256: [["x-oss-server-side-encryption", "AES256"]],
  KMS: [["x-oss-server-side-encryption", "KMS"]],
}

function objectName(cell: Cell, index: number): string {
  return `${cell.sizeBytes}/${cell.encryption}/${index}`
}

const bodies = new Map<string, Buffer>()

/** One of 26 bodies, each made once. */
function bodyOf(sizeBytes: number, index: number): Buffer {
  const letter = 0x61 + (index % 26)
  const name = `${sizeBytes} ${letter}`
  const body = bodies.get(name) ?? Buffer.alloc(sizeBytes, letter)
  bodies.set(name, body)
  return body
}

/** A presigned request (V1, in the query). */
function prepare(order: LoadOrder, index: number): Request {
  const { cell, bucketName } = order
  const isPut = cell.operation === "PUT"
  const isList = cell.operation === "LIST"
  const isNew = isPut && cell.sizeBytes <= LARGE_BYTES
  const objectKey = isList ? "" : objectName(cell, isNew ? order.firstName + index : index)
  const headers = new Map(isPut ? ENCRYPTION_HEADERS[cell.encryption] : [])
  const date = String(Math.floor(Date.now() / 1000) + 86_400)
  const method = isPut ? "PUT" : "GET"
  const input = { method, headers, query: [], reading: { bucketName, objectKey }, date }
  const signature = signV1(order.accessKeySecret, stringToSignV1(input))
  const credentials = `OSSAccessKeyId=${order.accessKeyId}&Expires=${date}&Signature=${percentEncode(signature)}`
  const target = `/${bucketName}/${objectKey}?${isList ? "max-keys=1000&" : ""}${credentials}`
  const body = isPut ? bodyOf(cell.sizeBytes, index) : Buffer.alloc(0)
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${order.host}:${order.port}`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
    ...(isPut ? [`Content-Length: ${body.length}`] : []),
  ]
  return { head: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), body }
}

/** One keep-alive connection: one request at a time. */
class Connection {
  readonly #socket: Socket
  #resolve: ((status: number) => void) | undefined
  #head = ""
  #status = 0
  #left = -1

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on("data", (chunk: Buffer) => this.#read(chunk))
    socket.on("error", () => this.#finish(0))
    socket.on("close", () => this.#finish(0))
  }

  send({ head, body }: Request): Promise<number> {
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#head = ""
      this.#left = -1
      if (body.length === 0) {
        this.#socket.write(head)
        return
      }
      this.#socket.cork()
      this.#socket.write(head)
      this.#socket.write(body)
      this.#socket.uncork()
    })
  }

  #read(chunk: Buffer): void {
    let body = chunk.length
    if (this.#left === -1) {
      this.#head += chunk.toString("latin1")
      const end = this.#head.indexOf("\r\n\r\n")
      if (end === -1) return
      const length = /\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1] ?? "0"
      this.#status = Number(this.#head.slice(9, 12))
      this.#left = Number(length)
      body = this.#head.length - end - 4
    }
    this.#left -= body
    if (this.#left === 0) this.#finish(this.#status)
  }

  #finish(status: number): void {
    const resolve = this.#resolve
    this.#resolve = undefined
    resolve?.(status)
  }

  close(): void {
    this.#socket.destroy()
  }
}

async function openConnections(order: LoadOrder): Promise<Connection[]> {
  const sockets = Array.from({ length: order.cell.connections }, () =>
    connect({ host: order.host, port: order.port, noDelay: true }),
  )
  await Promise.all(sockets.map((socket) => once(socket, "connect")))
  return sockets.map((socket) => new Connection(socket))
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const requests = Array.from({ length: nameCount(order) }, (_, index) => prepare(order, index))
  const connections = await openConnections(order)
  const startMs = performance.now() + order.warmUpMs
  const endMs = startMs + order.measureMs
  const latenciesMs: number[] = []
  let failures = 0
  let requestsInAll = 0
  let next = 0
  const drive = async (connection: Connection): Promise<void> => {
    for (;;) {
      const request = requests[next++ % requests.length]
      const sentMs = performance.now()
      if (request === undefined || sentMs >= endMs) return
      const status = await connection.send(request)
      const doneMs = performance.now()
      requestsInAll += 1
      if (status < 200 || status > 299) failures += 1
      if (doneMs >= startMs && doneMs <= endMs) latenciesMs.push(doneMs - sentMs)
      if (status === 0) return
    }
  }
  await Promise.all(connections.map(drive))
  for (const connection of connections) connection.close()
  latenciesMs.sort((left, right) => left - right)
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0
  return {
    requests: latenciesMs.length,
    requestsInAll,
    seconds: order.measureMs / 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failures,
  }
}

process.on("message", (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})

import { once } from "node:events"
import { connect, type Socket } from "node:net"
import type { Request } from "./requests.ts"

export interface Answer {
  /** 0 if the connection broke. */
  readonly status: number
  readonly head: string
  /** Only the bytes in the same packet as the head. The responses whose text is read are short. */
  readonly text: string
}

interface Waiting {
  readonly request: Request
  readonly resolve: (answer: Answer) => void
}

/** A keep-alive connection that sends one request at a time. */
export class Connection {
  readonly #socket: Socket
  #waiting: Waiting | undefined
  #head = ""
  #text = ""
  #left = -1

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on("data", (chunk: Buffer) => this.#read(chunk))
    socket.on("error", () => this.#finish(0))
    socket.on("close", () => this.#finish(0))
  }

  send(request: Request): Promise<Answer> {
    const { head, body } = request
    return new Promise((resolve) => {
      this.#waiting = { request, resolve }
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
      this.#text = this.#head.slice(end + 4)
      this.#head = this.#head.slice(0, end)
      body = this.#text.length
      this.#left = this.#announcedBytes()
    }
    this.#left -= body
    if (this.#left === 0) this.#finish(Number(this.#head.slice(9, 12)))
  }

  #announcedBytes(): number {
    if (this.#waiting?.request.head.subarray(0, 4).toString() === "HEAD") return 0
    return Number(/\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1] ?? "0")
  }

  #finish(status: number): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve({ status, head: this.#head, text: this.#text })
  }

  close(): void {
    this.#socket.destroy()
  }
}

export async function openConnections(
  { host, port }: { readonly host: string; readonly port: number },
  count: number,
): Promise<Connection[]> {
  const sockets = Array.from({ length: count }, () => connect({ host, port, noDelay: true }))
  await Promise.all(sockets.map((socket) => once(socket, "connect")))
  return sockets.map((socket) => new Connection(socket))
}

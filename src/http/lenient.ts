import {
  createServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from "node:http"
import { Socket } from "node:net"

// The C SDK, and ali-oss with a stream of declared length, send Transfer-Encoding: chunked together with Content-Length.
// The parser refuses that, rightly: in front of another server it is how requests are smuggled. Here nothing is ever
// forwarded; such a request alone is parsed by a lenient server, chunked framing wins, the declared length is checked
// against what arrived (body.ts), and the connection is closed after it.

const CODES = new Set([
  "HPE_INVALID_TRANSFER_ENCODING",
  "HPE_INVALID_CONTENT_LENGTH",
  "HPE_UNEXPECTED_CONTENT_LENGTH",
])

/** Whether the parser may have stopped at the pair of framing headers. */
export function isLenientCandidate(error: NodeJS.ErrnoException): boolean {
  return CODES.has(error.code ?? "")
}

/** Ends a connection whose request is no HTTP: a status and nothing more. */
export function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

export interface LenientServer {
  /** Is to see every connection before the strict server does: what listens by then belongs to the socket itself. */
  greet(socket: Socket): void
  /**
   * Serves the request at which the strict parser stopped, or refuses it. `begun` is what has arrived of it. The socket
   * is this server's from here on.
   */
  adopt(socket: Socket, begun: Buffer): void
  /** Cuts the connections that are left. */
  closeAllConnections(): void
}

export interface LenientOptions {
  readonly parser: ServerOptions & {
    readonly maxHeaderSize: number
    readonly headersTimeout: number
  }
  readonly idleTimeoutMs: number
  /** Never throws. */
  readonly answer: (message: IncomingMessage, response: ServerResponse) => Promise<void>
}

export function createLenientServer({
  parser,
  idleTimeoutMs,
  answer,
}: LenientOptions): LenientServer {
  const adopted = new Set<Socket>()
  const ownListeners = new WeakMap<Socket, ReadonlySet<unknown>>()
  const served = new WeakMap<Socket, IncomingMessage>()
  const serveFirst = (message: IncomingMessage, response: ServerResponse): void => {
    // What follows the first request is never looked at: its answer closes the connection.
    if (served.has(message.socket)) return
    served.set(message.socket, message)
    response.shouldKeepAlive = false
    void answer(message, response)
  }
  const server = createServer({ ...parser, insecureHTTPParser: true }, serveFirst)
  server.on("checkContinue", serveFirst)
  server.on("clientError", (_error, socket) => {
    const isDone = socket instanceof Socket && served.get(socket)?.complete === true
    if (!isDone) socket.destroy()
  })
  server.setTimeout(idleTimeoutMs, (socket: Socket) => socket.destroy())
  const serve = (socket: Socket, head: Buffer): void => {
    server.emit("connection", socket)
    socket.unshift(head)
  }
  return {
    greet(socket) {
      ownListeners.set(socket, new Set(EVENTS.flatMap((event) => socket.listeners(event))))
    },
    adopt(socket, begun) {
      leaveStrictServer(socket, ownListeners.get(socket) ?? new Set())
      adopted.add(socket)
      socket.once("close", () => adopted.delete(socket))
      readHead(socket, begun, parser, (head) => {
        if (isAllowedPair(head)) serve(socket, head)
        else refuse(socket, "400 Bad Request")
      })
    },
    closeAllConnections() {
      for (const socket of adopted) socket.destroy()
    },
  }
}

const EVENTS = ["data", "end", "error", "close", "timeout", "drain", "pause", "resume"] as const

/**
 * The strict server is told that the connection is over, so that it drops its parser and its timers. The socket's own
 * listeners are not: that of a TLS socket would give up its keys.
 */
function leaveStrictServer(socket: Socket, own: ReadonlySet<unknown>): void {
  for (const event of EVENTS) {
    for (const listener of socket.listeners(event)) {
      if (own.has(listener)) continue
      if (event === "close") listener.call(socket, false)
      socket.removeListener(event, listener)
    }
  }
  socket.on("error", () => undefined)
}

const HEAD_END = Buffer.from("\r\n\r\n")

/** Waits for the rest of a head, within the limits of the strict server. */
function readHead(
  socket: Socket,
  begun: Buffer,
  { maxHeaderSize, headersTimeout }: LenientOptions["parser"],
  done: (head: Buffer) => void,
): void {
  let head = begun
  const timer = setTimeout(() => socket.destroy(), headersTimeout)
  const finish = (): void => {
    clearTimeout(timer)
    socket.off("data", onData)
    socket.off("close", finish)
    if (!socket.destroyed) done(head)
  }
  const check = (): boolean => head.includes(HEAD_END) || head.length > maxHeaderSize
  const onData = (piece: Buffer): void => {
    head = Buffer.concat([head, piece])
    if (check()) finish()
  }
  if (check()) {
    finish()
    return
  }
  socket.on("data", onData)
  socket.once("close", finish)
}

/** A whole head with exactly one `Transfer-Encoding: chunked` and exactly one numeric Content-Length. */
function isAllowedPair(packet: Buffer): boolean {
  const end = packet.indexOf(HEAD_END)
  if (end === -1) return false
  const [requestLine = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n")
  if (!/^[A-Z]+ [\x21-\x7e]+ HTTP\/1\.1$/.test(requestLine)) return false
  if (!lines.every((line) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/.test(line))) {
    return false
  }
  const values = (name: string): string[] =>
    lines.filter((line) => line.toLowerCase().startsWith(`${name}:`))
  const [encoding, ...otherEncodings] = values("transfer-encoding")
  const [length, ...otherLengths] = values("content-length")
  return (
    otherEncodings.length === 0 &&
    otherLengths.length === 0 &&
    /^transfer-encoding:[ \t]*chunked[ \t]*$/i.test(encoding ?? "") &&
    /^content-length:[ \t]*\d{1,16}[ \t]*$/i.test(length ?? "")
  )
}

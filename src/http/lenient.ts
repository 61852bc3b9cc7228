import {
  createServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from "node:http"
import type { Socket } from "node:net"

// The C SDK, and ali-oss with a stream of declared length, send Transfer-Encoding: chunked together with Content-Length.
// The parser refuses that, rightly: in front of another server it is how requests are smuggled. Here nothing is ever
// forwarded; such a request alone is parsed by a lenient server, chunked framing wins, the declared length is checked
// against what arrived (body.ts), and the connection is closed after it.

interface ParserError extends NodeJS.ErrnoException {
  /** What the parser was given last. */
  readonly rawPacket?: Buffer
}

const CODES = new Set([
  "HPE_INVALID_TRANSFER_ENCODING",
  "HPE_INVALID_CONTENT_LENGTH",
  "HPE_UNEXPECTED_CONTENT_LENGTH",
])

/** Whether the parser stopped at the pair of framing headers. */
export function isLenientCandidate(error: ParserError): boolean {
  return CODES.has(error.code ?? "") && error.rawPacket !== undefined
}

export interface LenientServer {
  /** Serves the request at which the strict parser stopped, or refuses it. The socket is this server's from here on. */
  adopt(error: ParserError, socket: Socket): void
}

type Listener = (message: IncomingMessage, response: ServerResponse) => void

export function createLenientServer(options: ServerOptions, onRequest: Listener): LenientServer {
  const served = new WeakSet<Socket>()
  const listener: Listener = (message, response) => {
    // Only the first request: what follows on this connection is not looked at.
    if (served.has(message.socket)) {
      message.socket.destroy()
      return
    }
    served.add(message.socket)
    response.shouldKeepAlive = false
    onRequest(message, response)
  }
  const server = createServer({ ...options, insecureHTTPParser: true }, listener)
  server.on("checkContinue", listener)
  server.on("clientError", (_error, socket) => socket.destroy())
  return {
    adopt(error, socket) {
      const packet = error.rawPacket ?? Buffer.alloc(0)
      if (!isAllowedPair(packet)) {
        socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        return
      }
      for (const event of ["data", "end", "error", "close", "timeout", "drain", "readable"]) {
        socket.removeAllListeners(event)
      }
      server.emit("connection", socket)
      socket.unshift(packet)
    },
  }
}

const HEAD_END = Buffer.from("\r\n\r\n")

/** A whole head with exactly one `Transfer-Encoding: chunked` and exactly one numeric Content-Length. */
function isAllowedPair(packet: Buffer): boolean {
  const end = packet.indexOf(HEAD_END)
  if (end === -1) return false
  const [requestLine = "", ...lines] = packet.toString("latin1", 0, end).split("\r\n")
  if (!/^[A-Z]+ \S+ HTTP\/1\.1$/.test(requestLine)) return false
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

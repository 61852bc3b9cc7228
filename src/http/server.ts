import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { createLenientServer, isLenientCandidate } from "./lenient.ts"

export type HttpHandler = (message: IncomingMessage, response: ServerResponse) => Promise<void>

export interface HttpServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly maxHeaderBytes: number
  /** How long a connection may stay without a byte in either direction. */
  readonly idleTimeoutMs?: number
  readonly clock: Clock
  readonly log: Log
  readonly handle: HttpHandler
}

export interface RunningHttpServer {
  readonly port: number
  /** Takes no new connections, lets running requests end for up to `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>
}

const IDLE_MS = 120_000
const HEADERS_MS = 60_000
const KEEP_ALIVE_MS = 75_000

/**
 * Listens. There is no limit on how long a request takes, since an upload may take hours, but one on how long a
 * connection may be silent. What the parser refuses is answered plainly and its connection closed.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningHttpServer> {
  const { host, port, maxHeaderBytes, idleTimeoutMs = IDLE_MS } = options
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    requestTimeout: 0,
    headersTimeout: HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    noDelay: true,
  }
  const onRequest = requestListener(options)
  const server = createServer(limits, onRequest)
  // The handler decides whether a body is wanted: see body.ts.
  server.on("checkContinue", onRequest)
  server.on("checkExpectation", onRequest)
  const lenient = createLenientServer(limits, onRequest)
  server.on("clientError", (error, socket) => {
    if (isLenientCandidate(error)) lenient.adopt(error, socket as Socket)
    else refuse(error, socket as Socket)
  })
  server.setTimeout(idleTimeoutMs, (socket: Socket) => socket.destroy())
  await listen(server, host, port)
  const { port: actualPort } = server.address() as AddressInfo
  return { port: actualPort, close: (graceMs) => close(server, graceMs) }
}

function requestListener({
  handle,
  log,
}: HttpServerOptions): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    // A connection that breaks is the handler's to notice by its reads and writes.
    response.on("error", () => undefined)
    handle(message, response).catch((error: unknown) => {
      if (!message.socket.destroyed) log.error({ err: error }, "answering a request failed")
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { Connection: "close", "Content-Length": "0" }).end()
    })
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen({ host, port }, () => {
      server.off("error", reject)
      resolve()
    })
  })
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
}

/** What is no HTTP gets a status and nothing more. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy()
    return
  }
  const status = REFUSALS[error.code ?? ""] ?? "400 Bad Request"
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}

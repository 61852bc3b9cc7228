import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Socket, type AddressInfo } from "node:net"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { createLenientServer, isLenientCandidate, type LenientServer, refuse } from "./lenient.ts"
import { createRequestHeads } from "./request-heads.ts"
import { createTlsServer, type SecureContextSource } from "./tls.ts"

export type HttpHandler = (message: IncomingMessage, response: ServerResponse) => Promise<void>

export interface HttpServerOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Whether other servers, on other threads, may listen on the same port. */
  readonly reusePort?: boolean
  readonly maxHeaderBytes: number
  /** With it the server speaks TLS only. */
  readonly tls?: SecureContextSource | undefined
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
  const { host, port, reusePort = false, maxHeaderBytes, idleTimeoutMs = IDLE_MS, tls } = options
  const parser = {
    maxHeaderSize: maxHeaderBytes,
    requestTimeout: 0,
    headersTimeout: HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    noDelay: true,
  }
  const heads = createRequestHeads()
  const answer = answerWith(options)
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    heads.begin(message, response)
    void answer(message, response).then(() => {
      if (!server.listening) closeAfter(response, server)
    })
  }
  const secure = tls === undefined ? undefined : createTlsServer(tls, parser, onRequest)
  const server: Server = secure?.server ?? createServer(parser, onRequest)
  // The handler decides whether a body is wanted: see body.ts.
  server.on("checkContinue", onRequest)
  server.on("checkExpectation", onRequest)
  const connected = tls === undefined ? "connection" : "secureConnection"
  server.on(connected, (socket: Socket) => heads.watch(socket))
  const lenient = createLenientServer({ parser, idleTimeoutMs, answer })
  server.prependListener(connected, (socket: Socket) => lenient.greet(socket))
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const isLost = error.code === "ECONNRESET" || /^ERR_(SSL|TLS)/.test(error.code ?? "")
    if (!(socket instanceof Socket) || !socket.writable || isLost) {
      socket.destroy()
      return
    }
    const begun = heads.bytesOf(socket)
    // A status line in the midst of an answer would be taken for a part of it.
    if (heads.isAnswering(socket)) socket.destroy()
    else if (begun.length > 0 && isLenientCandidate(error)) lenient.adopt(socket, begun)
    else refuse(socket, REFUSALS[error.code ?? ""] ?? "400 Bad Request")
  })
  server.setTimeout(idleTimeoutMs, (socket: Socket) => socket.destroy())
  await listen(server, { host, port, reusePort })
  const { port: actualPort } = server.address() as AddressInfo
  return {
    port: actualPort,
    async close(graceMs) {
      const closed = close(server, lenient, graceMs)
      secure?.closeHandshakes()
      await closed
    },
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
}

/** The handler, made never to throw. */
function answerWith({ handle, log }: HttpServerOptions): HttpHandler {
  return async (message, response) => {
    // A connection that breaks is the handler's to notice by its reads and writes.
    response.on("error", () => undefined)
    try {
      await handle(message, response)
    } catch (error) {
      if (!message.socket.destroyed) log.error({ err: error }, "answering a request failed")
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { Connection: "close", "Content-Length": "0" }).end()
    }
  }
}

/** A server that stops does not keep the connection of an answer for another request. */
function closeAfter(response: ServerResponse, server: Server): void {
  const closeIdle = (): void => void setImmediate(() => server.closeIdleConnections())
  if (response.writableFinished) closeIdle()
  else response.once("finish", closeIdle)
}

function listen(
  server: Server,
  address: { readonly host: string; readonly port: number; readonly reusePort: boolean },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen({ ...address }, () => {
      server.off("error", reject)
      resolve()
    })
  })
}

async function close(server: Server, lenient: LenientServer, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => {
    server.closeAllConnections()
    lenient.closeAllConnections()
  }, graceMs)
  await closed
  clearTimeout(timer)
}

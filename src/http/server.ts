import {
  type AddressInfo,
  createServer as createListener,
  type Server,
  type Socket,
} from "node:net"
import type { Clock } from "../base/clock.ts"
import type { MemoryBudget } from "../base/memory-budget.ts"
import type { Log } from "../base/log.ts"
import { type Connections, createConnections, type Parsed } from "./connections.ts"
import { createExchange, type Exchange } from "./exchange.ts"
import { createParser } from "./parser.ts"
import { createTlsListener, type SecureContextSource } from "./tls.ts"

export type HttpHandler = (exchange: Exchange) => Promise<void>

export interface HttpServerOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** Whether other servers, on other threads, may listen on the same port. */
  readonly reusePort?: boolean
  readonly maxHeaderBytes: number
  /** When present, the server speaks TLS only. */
  readonly tls?: SecureContextSource | undefined
  /** Requests of these targets begin before all others: their responses show that the server is live. */
  readonly urgentTargets?: readonly string[]
  /** How long a connection may stay open without a byte in either direction. */
  readonly idleTimeoutMs?: number
  /** For the limits: a monotonic clock. */
  readonly clock: Clock
  readonly log: Log
  /** The memory that requests of all servers that share this budget may hold. */
  readonly memory: MemoryBudget
  readonly handle: HttpHandler
}

export interface RunningHttpServer {
  readonly port: number
  /** Accepts no new connections, lets requests in progress finish for up to `graceMs`, then cuts them. */
  close(graceMs: number): Promise<void>
}

const IDLE_MS = 120_000
const HEADERS_MS = 60_000
const KEEP_ALIVE_MS = 75_000

/**
 * Listens. There is no limit on how long a request takes, because an upload may take hours, but there is one on how
 * long a connection may be silent.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<RunningHttpServer> {
  const { maxHeaderBytes, idleTimeoutMs = IDLE_MS, urgentTargets = [], clock, memory } = options
  const connections = createConnections({
    clock,
    memory,
    maxHeaderBytes,
    headMs: HEADERS_MS,
    keepAliveMs: KEEP_ALIVE_MS,
  })
  const answer = answerWith(options)
  const parse = createParser({
    connections,
    idleTimeoutMs,
    urgentTargets,
    limits: {
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    answer: (parsed) => void answer(parsed),
  })
  // A client may end its side and still wait for the response.
  const sockets = { noDelay: true, allowHalfOpen: true }
  const onSocket = (socket: Socket): void => {
    // The handler notices a broken connection by its reads and writes.
    socket.on("error", () => undefined)
    socket.setTimeout(idleTimeoutMs, () => socket.destroy())
    parse(socket)
  }
  const secure = options.tls && createTlsListener(options.tls, sockets, onSocket)
  const listener = secure?.listener ?? createListener(sockets, onSocket)
  const port = await listen(listener, options)
  return {
    port,
    async close(graceMs) {
      const closed = close(listener, connections, graceMs)
      secure?.closeHandshakes()
      await closed
    },
  }
}

/** The handler, wrapped so that it never throws. */
function answerWith({ handle, log }: HttpServerOptions): (parsed: Parsed) => Promise<void> {
  return async (parsed) => {
    const { message, response } = parsed
    response.on("error", () => undefined)
    try {
      await handle(createExchange(parsed))
    } catch (error) {
      if (!message.socket.destroyed) log.error({ err: error }, "answering a request failed")
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { Connection: "close", "Content-Length": "0" }).end()
    }
  }
}

function listen(
  listener: Server,
  { host, port, reusePort = false }: HttpServerOptions,
): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject)
    listener.listen({ host, port, reusePort }, () => {
      listener.off("error", reject)
      resolve((listener.address() as AddressInfo).port)
    })
  })
}

async function close(listener: Server, connections: Connections, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
  connections.drain()
  const timer = setTimeout(() => connections.cutAll(), graceMs)
  await closed
  clearTimeout(timer)
}

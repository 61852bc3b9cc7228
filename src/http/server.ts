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
  /** 0: any free port. */
  readonly port: number
  /** Whether other servers, on other threads, may listen on the same port. */
  readonly reusePort?: boolean
  readonly maxHeaderBytes: number
  /** With it the server speaks TLS only. */
  readonly tls?: SecureContextSource | undefined
  /** Requests of these targets are begun before all others: answers that show that the server lives. */
  readonly urgentTargets?: readonly string[]
  /** How long a connection may stay without a byte in either direction. */
  readonly idleTimeoutMs?: number
  /** Of the limits: one that goes on evenly. */
  readonly clock: Clock
  readonly log: Log
  /** What the requests of all servers that share it may hold. */
  readonly memory: MemoryBudget
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
 * connection may be silent.
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
  // A client may end its side and still wait for the answer.
  const sockets = { noDelay: true, allowHalfOpen: true }
  const onSocket = (socket: Socket): void => {
    // A connection that breaks is the handler's to notice by its reads and writes.
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

/** The handler, made never to throw. */
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

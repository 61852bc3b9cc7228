import { once } from "node:events"
import { connect } from "node:net"
import { setImmediate as turn } from "node:timers/promises"
import { type Clock, monotonicClock } from "../../src/base/clock.ts"
import { createLog } from "../../src/cli/log.ts"
import { createMemoryBudget, type MemoryBudget } from "../../src/base/memory-budget.ts"
import type { Exchange } from "../../src/http/exchange.ts"
import { startHttpServer, type HttpHandler, type RunningHttpServer } from "../../src/http/server.ts"
import type { SecureContextSource } from "../../src/http/tls.ts"

const PATIENCE_MS = 20_000

/**
 * Sends packets one after the other on a new connection, and returns everything that came back until the server closed
 * it; rejects when it does not. With `quietMs` the connection may stay open: then it returns what came back until
 * nothing arrived for that long.
 */
export async function sendPackets(
  port: number,
  packets: readonly (string | Buffer)[],
  quietMs?: number,
): Promise<string> {
  const connection = { received: "", isQuiet: false }
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  socket.setTimeout(quietMs ?? PATIENCE_MS, () => {
    connection.isQuiet = true
    socket.destroy()
  })
  socket.on("error", () => undefined)
  socket.on("data", (piece: Buffer) => {
    connection.received += piece.toString("latin1")
  })
  const closed = once(socket, "close")
  await once(socket, "connect")
  for (const packet of packets) {
    socket.write(typeof packet === "string" ? Buffer.from(packet, "latin1") : packet)
    // So that the other side, in this process, reads each packet separately.
    for (let turns = 0; turns < 4; turns += 1) await turn()
  }
  await closed
  if (connection.isQuiet && quietMs === undefined)
    throw new Error("the server did not close the connection")
  return connection.received
}

export interface EchoServer extends RunningHttpServer {
  /** Resolves when the first request reached the handler. */
  readonly sawRequest: Promise<void>
  /** The targets of the requests that reached the handler. */
  readonly targets: readonly string[]
}

/**
 * A server that answers with the method, the target and the body, or with the name of the error that reading the body threw.
 */
export async function startEchoServer(options: {
  readonly idleTimeoutMs?: number
  readonly clock?: Clock
  readonly memory?: MemoryBudget
  readonly urgentTargets?: readonly string[]
  readonly tls?: SecureContextSource
  readonly handle?: HttpHandler
}): Promise<EchoServer> {
  const seen = Promise.withResolvers<undefined>()
  const targets: string[] = []
  const { handle = echo } = options
  const server = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    maxHeaderBytes: 16 * 1024,
    clock: options.clock ?? monotonicClock,
    log: createLog("silent"),
    memory: options.memory ?? createMemoryBudget(2 ** 30),
    ...(options.idleTimeoutMs === undefined ? {} : { idleTimeoutMs: options.idleTimeoutMs }),
    ...(options.urgentTargets === undefined ? {} : { urgentTargets: options.urgentTargets }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    handle(exchange) {
      seen.resolve(undefined)
      targets.push(exchange.head.target)
      return handle(exchange)
    },
  })
  return { ...server, sawRequest: seen.promise, targets }
}

async function echo({ head, body, send }: Exchange): Promise<void> {
  const bytes = await body
    .whole({ bytesMax: 1_000_000 })
    .catch((error: unknown) => Buffer.from(error instanceof Error ? error.name : "failed"))
  const text = `${head.method} ${head.target} ${bytes.toString("latin1")}`
  await send({
    status: 200,
    headers: [],
    body: { kind: "pieces", pieces: [Buffer.from(text)] },
  })
}

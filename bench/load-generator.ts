// A process of its own that sends prepared requests over raw sockets and reads the answers, so that as little as possible
// of the machine goes into the client.
import { performance } from "node:perf_hooks"
import { type Connection, openConnections } from "./connection.ts"
import type { LoadOrder, LoadResult } from "./messages.ts"
import { moveInParts } from "./multipart.ts"
import { requestCount, requestOf } from "./requests.ts"

/** The numbers of requests sent and counted so far. */
interface Counted {
  sent: number
  readonly latenciesMs: number[]
  requestsInAll: number
  failures: number
  /** When the last request ended. */
  endedMs: number
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const { cell } = order
  const isMoved = cell.operation === "UPLOAD" || cell.operation === "DOWNLOAD"
  const prepared = isMoved
    ? []
    : Array.from({ length: requestCount(order) }, (_, index) => requestOf(order, index))
  const connections = await openConnections(order, cell.connections)
  const isTimed = order.requests === undefined
  const startMs = performance.now() + (isTimed ? order.warmUpMs : 0)
  const counted: Counted = {
    sent: 0,
    latenciesMs: [],
    requestsInAll: 0,
    failures: 0,
    endedMs: startMs,
  }
  const usage = process.cpuUsage()
  const endMs = isTimed ? startMs + order.measureMs : Infinity
  const timing = { startMs, endMs, requestsMax: order.requests ?? Infinity }
  if (isMoved) await moveAll(order, connections, timing, counted)
  else {
    const send = async (connection: Connection, index: number): Promise<number> => {
      const request = prepared[index % prepared.length]
      return request === undefined ? 0 : (await connection.send(request)).status
    }
    await Promise.all(connections.map((connection) => drive(connection, send, timing, counted)))
  }
  const { user, system } = process.cpuUsage(usage)
  for (const connection of connections) connection.close()
  return resultOf(counted, {
    seconds: (isTimed ? order.measureMs : counted.endedMs - startMs) / 1000,
    clientUs: (user + system) / Math.max(counted.requestsInAll, 1),
  })
}

interface Timing {
  readonly startMs: number
  readonly endMs: number
  readonly requestsMax: number
}

/** Sends requests over one connection until the time is over or all requests are sent. */
async function drive(
  connection: Connection,
  send: (connection: Connection, index: number) => Promise<number>,
  { startMs, endMs, requestsMax }: Timing,
  counted: Counted,
): Promise<void> {
  for (;;) {
    const index = counted.sent
    const sentMs = performance.now()
    if (index >= requestsMax || sentMs >= endMs) return
    counted.sent += 1
    const status = await send(connection, index)
    const doneMs = performance.now()
    counted.requestsInAll += 1
    counted.endedMs = doneMs
    if (status < 200 || status > 299) counted.failures += 1
    if (doneMs >= startMs && doneMs <= endMs) counted.latenciesMs.push(doneMs - sentMs)
    if (status === 0) return
  }
}

/** Moves whole objects, one after the other. */
async function moveAll(
  order: LoadOrder,
  connections: readonly Connection[],
  { requestsMax }: Timing,
  counted: Counted,
): Promise<void> {
  for (let index = 0; index < requestsMax; index += 1) {
    const sentMs = performance.now()
    counted.failures += await moveInParts(order, connections)
    counted.requestsInAll += 1
    counted.endedMs = performance.now()
    counted.latenciesMs.push(counted.endedMs - sentMs)
  }
}

function resultOf(
  { latenciesMs, requestsInAll, failures }: Counted,
  rest: Pick<LoadResult, "seconds" | "clientUs">,
): LoadResult {
  latenciesMs.sort((left, right) => left - right)
  const at = (share: number): number => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0
  const percentiles = { p50Ms: at(0.5), p99Ms: at(0.99) }
  return { requests: latenciesMs.length, requestsInAll, failures, ...percentiles, ...rest }
}

process.on("message", (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})

import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Clock } from "../base/clock.ts"
import type { MemoryBudget } from "../base/memory-budget.ts"
import { turns } from "../base/turns.ts"

/** What is known of a connection beside its socket. */
export interface Connection {
  readonly socket: Socket
  readonly memory: MemoryBudget
  /** The request that is being answered. */
  current: Parsed | undefined
  /** Requests that were sent before the answer to `current` had left. */
  readonly waiting: Parsed[]
  /** Nothing that comes after `current` and `waiting` is looked at; their last answer closes the connection. */
  isLast: boolean
  /** What arrives is not parsed any more. */
  isUnread: boolean
  /** Since when no request has been under way, and how many bytes had arrived by then. */
  idleSinceMs: number
  idleSinceBytes: number
  /** The length that framing-pair.ts took out of the head that comes next. */
  keptLength: number | undefined
  /** What the parser listens to, so that it can be taken off again. */
  parserListeners: ParserListeners
  /** Since when the client has not read what was sent to it, as far as that was seen. */
  stalled: { sinceMs: number | undefined } | undefined
  /** The body that is being read must arrive at a pace from here on. */
  pace: Pace | undefined
}

/** A request of a connection, as the parser gave it. */
export interface Parsed {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly connection: Connection
  /** The length that was announced. It is checked against what arrives whatever the framing. */
  readonly declaredBytes: number | undefined
  /** Does not wait for its turn. */
  readonly isUrgent: boolean
  /** Of the memory of requests; given back when the answer has left. */
  heldBytes: number
  /** Of the bodies, so far. */
  receivedBytes: number
  sentBytes: number
  /** Whether the answer has left, or can no longer; and who is told when that comes. */
  isEnded: boolean
  onEnded: (() => void) | undefined
}

type Listener = (...values: unknown[]) => void
export type ParserListeners = readonly (readonly [event: string, listener: Listener])[]

interface Pace {
  /** undefined until the connection is looked at for the first time. */
  sinceMs: number | undefined
  readonly sinceBytes: number
  /** Otherwise only while others wait for memory. */
  readonly isStrict: boolean
}

export interface ConnectionLimits {
  readonly clock: Clock
  readonly memory: MemoryBudget
  /** The most that may arrive before a request has a whole head. */
  readonly maxHeaderBytes: number
  /** How long a request's head may take. */
  readonly headMs: number
  /** How long a connection may go without a request. */
  readonly keepAliveMs: number
}

/** So many requests of one connection wait for their turn; what is sent beyond them is not answered. */
const WAITING_MAX = 100

/** A read of the socket; the parser sees all of it before anything can be counted. */
const READ_BYTES = 64 * 1024

const LOOK_MS = 250

/** A client that reads nothing for so long is cut when others wait for the memory that it holds. */
const STALLED_MS = 5000

const PACE_GRACE_MS = 10_000
const PACE_BYTES_PER_SECOND = 1024

/** The connections of a server: one request at a time is answered on each, and those that keep no limit are cut. */
export interface Connections {
  open(socket: Socket): Connection
  of(socket: Duplex): Connection | undefined
  /** Answers `parsed` when it is its turn, or never when the connection is to end before. */
  queue(parsed: Parsed, answer: (parsed: Parsed) => void): void
  /** From now on a connection ends with the answer that is under way, and at once without one. */
  drain(): void
  cutAll(): void
}

export function createConnections(limits: ConnectionLimits): Connections {
  const { clock, memory } = limits
  const all = new Map<Duplex, Connection>()
  let isDraining = false

  const begin = (parsed: Parsed, answer: (parsed: Parsed) => void): void => {
    const { connection, response } = parsed
    connection.current = parsed
    response.once("close", () => {
      connection.current = undefined
      connection.pace = undefined
      connection.stalled = undefined
      memory.give(parsed.heldBytes)
      parsed.heldBytes = 0
      parsed.isEnded = true
      parsed.onEnded?.()
      connection.idleSinceMs = clock.nowMs()
      connection.idleSinceBytes = connection.socket.bytesRead
      if (connection.socket.destroyed) return
      const next = connection.waiting.shift()
      if (next !== undefined) begin(next, answer)
      else if (connection.isLast || isDraining) connection.socket.destroySoon()
    })
    if (connection.isLast && connection.waiting.length === 0) response.shouldKeepAlive = false
    if (parsed.isUrgent) answer(parsed)
    else turns.begin(() => answer(parsed))
  }

  const timer = setInterval(() => {
    const nowMs = clock.nowMs()
    for (const connection of all.values()) {
      if (isBeyond(connection, limits, nowMs)) connection.socket.destroy()
    }
  }, LOOK_MS).unref()

  return {
    of: (socket) => all.get(socket),
    open(socket) {
      const connection = newConnection(socket, limits)
      all.set(socket, connection)
      socket.once("close", () => {
        all.delete(socket)
        if (isDraining && all.size === 0) clearInterval(timer)
      })
      return connection
    },
    queue(parsed, answer) {
      const { connection } = parsed
      if (connection.isLast) {
        forget(parsed)
        stopParsing(connection)
        return
      }
      if (!parsed.response.shouldKeepAlive || connection.waiting.length >= WAITING_MAX) {
        connection.isLast = true
      }
      if (connection.current === undefined) begin(parsed, answer)
      else connection.waiting.push(parsed)
    },
    drain() {
      isDraining = true
      if (all.size === 0) clearInterval(timer)
      for (const { socket, current } of all.values()) if (current === undefined) socket.destroy()
    },
    cutAll() {
      for (const socket of all.keys()) socket.destroy()
    },
  }
}

/** Node destroys each request of a connection that closes, with an error of its own: a thousand would hold up all others. */
function forget({ message, response }: Parsed): void {
  message.destroy = () => message
  response.destroy = () => response
}

/** Takes the parser off what still arrives, which would otherwise become requests without end. Nobody reads it then. */
function stopParsing(connection: Connection): void {
  const { socket } = connection
  if (connection.isUnread) return
  connection.isUnread = true
  // Not from within the parser.
  process.nextTick(() => {
    const ignore = (): void => undefined
    // Takes the socket from the parser's own reading of it.
    socket.on("data", ignore).off("data", ignore)
    for (const [event, listener] of connection.parserListeners) {
      if (event === "data") socket.off(event, listener)
    }
    socket.pause()
  })
}

function newConnection(socket: Socket, { clock, memory }: ConnectionLimits): Connection {
  return {
    socket,
    memory,
    current: undefined,
    waiting: [],
    isLast: false,
    isUnread: false,
    idleSinceMs: clock.nowMs(),
    idleSinceBytes: socket.bytesRead,
    keptLength: undefined,
    parserListeners: [],
    stalled: undefined,
    pace: undefined,
  }
}

/** Whether the client waits for `100 Continue`, which HTTP/1.0 does not know. */
export function waitsForContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion !== "1.0" && headers.expect?.trim().toLowerCase() === "100-continue"
}

/**
 * Takes memory for a request until its answer has left. Throws MemoryExhausted. false when the client went away before: then
 * nothing is held.
 */
export async function holdMemory(parsed: Parsed, bytes: number): Promise<boolean> {
  const { memory } = parsed.connection
  await memory.take(bytes)
  if (isCurrent(parsed)) {
    parsed.heldBytes += bytes
    return true
  }
  memory.give(bytes)
  return false
}

/** Counts what an answer holds until it has left. */
export function countMemory(parsed: Parsed, bytes: number): void {
  if (!isCurrent(parsed)) return
  parsed.connection.memory.add(bytes)
  parsed.heldBytes += bytes
}

function isCurrent(parsed: Parsed): boolean {
  return parsed.connection.current === parsed
}

/** Whether an answer on this connection was begun: a status line would be taken for a part of it. */
export function isAnswering({ current }: Connection): boolean {
  return current?.response.headersSent === true
}

/**
 * From here on the body of the request that is being answered must arrive at no less than 1 KiB/s on average: always, or only
 * while others wait for memory.
 */
export function keepPace(connection: Connection, isStrict: boolean): void {
  connection.pace = { sinceBytes: connection.socket.bytesRead, sinceMs: undefined, isStrict }
}

function isBeyond(connection: Connection, limits: ConnectionLimits, nowMs: number): boolean {
  const { socket, current, pace, stalled } = connection
  if (current !== undefined) {
    if (stalled !== undefined && isStalled(stalled, limits, nowMs)) return true
    return pace !== undefined && isTooSlow(pace, connection, nowMs)
  }
  const idleMs = nowMs - connection.idleSinceMs
  const arrived = socket.bytesRead - connection.idleSinceBytes
  if (arrived > limits.maxHeaderBytes + READ_BYTES) return true
  return idleMs > (arrived > 0 ? limits.headMs : limits.keepAliveMs)
}

function isTooSlow(pace: Pace, { socket, memory }: Connection, nowMs: number): boolean {
  pace.sinceMs ??= nowMs
  const elapsedMs = nowMs - pace.sinceMs
  if (elapsedMs < PACE_GRACE_MS || !(pace.isStrict || memory.isShort())) return false
  return socket.bytesRead - pace.sinceBytes < (elapsedMs / 1000) * PACE_BYTES_PER_SECOND
}

function isStalled(
  stalled: { sinceMs: number | undefined },
  { memory }: ConnectionLimits,
  nowMs: number,
): boolean {
  stalled.sinceMs ??= nowMs
  return memory.isShort() && nowMs - stalled.sinceMs > STALLED_MS
}

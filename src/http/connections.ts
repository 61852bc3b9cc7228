import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Clock } from "../base/clock.ts"
import type { MemoryBudget } from "../base/memory-budget.ts"
import { turns } from "../base/turns.ts"
import { departures } from "./departures.ts"

/** What is known of a connection apart from its socket. */
export interface Connection {
  readonly socket: Socket
  readonly memory: MemoryBudget
  /** The request that is being answered. */
  current: Parsed | undefined
  /** Requests that were received before the response to `current` was sent. */
  readonly waiting: Parsed[]
  /**
   * Nothing that arrives after `current` and `waiting` is looked at; the response to the last of them closes the
   * connection.
   */
  isLast: boolean
  /** What arrives is no longer parsed. */
  isUnread: boolean
  /** The time since when no request has been in progress, and how many bytes had arrived by then. */
  idleSinceMs: number
  idleSinceBytes: number
  /** The last request that was received. */
  last: Parsed | undefined
  /** How many bytes had arrived when `last` was known to be whole; undefined until that is known. */
  wholeAtBytes: number | undefined
  /** Continues with what the parser stopped at, when the response to `current` is sent. */
  onIdle: (() => void) | undefined
  /** The length that framing-pair.ts removed from the next head. */
  keptLength: number | undefined
  /** The parser's listeners on the socket, so that they can be removed again. */
  parserListeners: ParserListeners
  /** The time since when the client has not read what was sent to it, as far as this was observed. */
  stalled: { sinceMs: number | undefined } | undefined
  /** The minimum pace at which the body being read must arrive from now on. */
  pace: Pace | undefined
}

/** A request of a connection, as the parser delivered it. */
export interface Parsed {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly connection: Connection
  /** The announced length. It is checked against what arrives, with either framing. */
  readonly declaredBytes: number | undefined
  /** Does not wait for its turn. */
  readonly isUrgent: boolean
  /** How much memory for requests it holds; released when the response is sent. */
  heldBytes: number
  /** Bytes of the bodies, so far. */
  receivedBytes: number
  sentBytes: number
  /** Whether the response is sent, or can no longer be; and who is notified when that happens. */
  isEnded: boolean
  onEnded: (() => void) | undefined
}

type Listener = (...values: unknown[]) => void
export type ParserListeners = readonly (readonly [event: string, listener: Listener])[]

interface Pace {
  /** undefined until the connection is checked for the first time. */
  sinceMs: number | undefined
  readonly sinceBytes: number
  /** Otherwise the pace applies only while others wait for memory. */
  readonly isStrict: boolean
}

export interface ConnectionLimits {
  readonly clock: Clock
  readonly memory: MemoryBudget
  /** The most bytes that may arrive before the head of a request is complete. */
  readonly maxHeaderBytes: number
  /** How long a request's head may take to arrive. */
  readonly headMs: number
  /** How long a connection may stay open without a request. */
  readonly keepAliveMs: number
}

/** How many requests of one connection may wait for their turn; what is sent beyond them gets no response. */
const WAITING_MAX = 100

/** One read of the socket; the parser sees all of it before anything can be counted. */
const READ_BYTES = 64 * 1024

const LOOK_MS = 250

/** A client that reads nothing for this long is cut when others wait for the memory that it holds. */
const STALLED_MS = 5000

const PACE_GRACE_MS = 10_000
const PACE_BYTES_PER_SECOND = 1024

/** The connections of a server. Each handles one request at a time, and a connection that exceeds a limit is cut. */
export interface Connections {
  open(socket: Socket): Connection
  of(socket: Duplex): Connection | undefined
  /** Answers `parsed` when its turn comes, or never when the connection is to end before that. */
  queue(parsed: Parsed, answer: (parsed: Parsed) => void): void
  /** From now on a connection ends after the response in progress, or at once if there is none. */
  drain(): void
  cutAll(): void
}

export function createConnections(limits: ConnectionLimits): Connections {
  const { clock } = limits
  const all = new Map<Duplex, Connection>()
  let isDraining = false

  const begin = (parsed: Parsed, answer: (parsed: Parsed) => void): void => {
    const { connection, response } = parsed
    connection.current = parsed
    response.once("close", () => {
      release(parsed, limits)
      if (connection.socket.destroyed) return
      const next = connection.waiting.shift()
      if (next !== undefined) begin(next, answer)
      else if (connection.isLast || isDraining) connection.socket.destroySoon()
      else connection.onIdle?.()
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
      socket.once("close", departures.open())
      socket.once("close", () => {
        all.delete(socket)
        if (isDraining && all.size === 0) clearInterval(timer)
      })
      return connection
    },
    queue(parsed, answer) {
      const { connection } = parsed
      connection.last = parsed
      connection.wholeAtBytes = undefined
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

/** Ends a request whose response is sent, or can no longer be. */
function release(parsed: Parsed, { clock, memory }: ConnectionLimits): void {
  const { connection } = parsed
  connection.current = undefined
  connection.pace = undefined
  connection.stalled = undefined
  memory.give(parsed.heldBytes)
  parsed.heldBytes = 0
  parsed.isEnded = true
  parsed.onEnded?.()
  connection.idleSinceMs = clock.nowMs()
  connection.idleSinceBytes = connection.socket.bytesRead
}

/**
 * When a connection closes, Node destroys each of its requests with a separate error. A thousand of these would delay all other
 * requests.
 */
function forget({ message, response }: Parsed): void {
  message.destroy = () => message
  response.destroy = () => response
}

/** Otherwise bytes that still arrive would become requests without end. Nobody reads them afterwards. */
function stopParsing(connection: Connection): void {
  if (connection.isUnread) return
  connection.isUnread = true
  pauseParser(connection)
}

/** Detaches the parser from the socket, and reads no more from it. */
export function pauseParser({ socket, parserListeners }: Connection): void {
  // Deferred, because the parser may be running.
  process.nextTick(() => {
    const ignore = (): void => undefined
    // Stops the parser from reading the socket directly.
    socket.on("data", ignore).off("data", ignore)
    for (const [event, listener] of parserListeners) {
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
    last: undefined,
    wholeAtBytes: undefined,
    onIdle: undefined,
    keptLength: undefined,
    parserListeners: [],
    stalled: undefined,
    pace: undefined,
  }
}

/** Whether the client waits for `100 Continue`. HTTP/1.0 does not have this response. */
export function waitsForContinue({ headers, httpVersion }: IncomingMessage): boolean {
  return httpVersion !== "1.0" && headers.expect?.trim().toLowerCase() === "100-continue"
}

/** Records where the request ends, if it has arrived whole and no other has begun. */
export function noteWhole(parsed: Parsed): void {
  const { message, connection } = parsed
  if (!message.complete || connection.last !== parsed) return
  connection.wholeAtBytes = connection.socket.bytesRead
}

/** Whether the last packet that arrived, of this length, begins where the last request ended. */
export function beginsRequest({ socket, wholeAtBytes }: Connection, packetBytes: number): boolean {
  return wholeAtBytes === socket.bytesRead - packetBytes
}

/**
 * Takes memory for a request until its response is sent. Throws MemoryExhausted. Returns false, and holds nothing, when
 * the client disconnected first.
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

/** Counts the memory that a response holds until it is sent. */
export function countMemory(parsed: Parsed, bytes: number): void {
  if (!isCurrent(parsed)) return
  parsed.connection.memory.add(bytes)
  parsed.heldBytes += bytes
}

function isCurrent(parsed: Parsed): boolean {
  return parsed.connection.current === parsed
}

/** Whether a response on this connection was begun: another status line would be taken as part of it. */
export function isAnswering({ current }: Connection): boolean {
  return current?.response.headersSent === true
}

/**
 * From here on, the body of the request being answered must arrive at no less than 1 KiB/s on average: always, or only
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

import {
  createServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from "node:http"
import type { Socket } from "node:net"
import { turns } from "../base/turns.ts"
import {
  beginsRequest,
  type Connection,
  type Connections,
  isAnswering,
  type Parsed,
  type ParserListeners,
  pauseParser,
} from "./connections.ts"
import { hasWholeHead, packetOfPair, takeLengthOut } from "./framing-pair.ts"
import { joinSmallChunks } from "./small-chunks.ts"

export interface ParserOptions {
  readonly connections: Connections
  /** Passed on to Node's parser unchanged. */
  readonly limits: ServerOptions & { readonly maxHeaderSize: number }
  readonly idleTimeoutMs: number
  /** Requests of these targets do not wait for their turn. */
  readonly urgentTargets: readonly string[]
  /** Never throws. */
  readonly answer: (parsed: Parsed) => void
}

/** The request line of an urgent target is shorter than this. */
const URGENT_BYTES_MAX = 64

const CONNECT: NodeJS.ErrnoException = Object.assign(new Error("CONNECT"), { code: "CONNECT" })

const REFUSALS: Readonly<Record<string, string>> = {
  CONNECT: "405 Method Not Allowed",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
}

/**
 * Passes the requests of sockets, of any kind, to `answer`, one after the other. What the parser refuses gets a plain
 * error status, and its connection is closed.
 */
export function createParser(options: ParserOptions): (socket: Socket) => void {
  const { connections, answer, limits, idleTimeoutMs, urgentTargets } = options
  // This server does not listen: it parses what it is given.
  const server = createServer(limits)
  server.setTimeout(idleTimeoutMs)
  const answerOrRefuse = (parsed: Parsed): void => {
    const refusal = refusalOf(parsed.message)
    if (refusal === undefined) answer(parsed)
    else answerPlainly(parsed, refusal)
  }
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.of(message.socket)
    if (connection === undefined) return
    if (message.headers["transfer-encoding"] !== undefined) joinSmallChunks(message)
    const isUrgent = urgentTargets.includes(message.url ?? "")
    connections.queue(parsedOf({ message, response, connection, isUrgent }), answerOrRefuse)
  }
  server.on("request", onRequest)
  // The handler decides whether a body is wanted: see body.ts.
  server.on("checkContinue", onRequest)
  server.on("checkExpectation", onRequest)
  server.on("connect", (message) => {
    // Node has removed the parser from this socket.
    const connection = connections.of(message.socket)
    if (connection !== undefined) endBroken(connection, CONNECT)
  })

  const parse = (connection: Connection, begun: Buffer): void => {
    const { socket } = connection
    const strict = takeLengthOut(begun)
    connection.keptLength = strict?.keptLength
    connection.parserListeners = listenersAddedBy(socket, () => server.emit("connection", socket))
    socket.unshift(strict?.packet ?? begun)
  }

  server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
    const connection = connections.of(stream)
    const packet = packetOfPair(error)
    if (connection === undefined) {
      stream.destroy()
    } else if (
      packet !== undefined &&
      beginsRequest(connection, packet.length) &&
      takeLengthOut(packet) !== undefined
    ) {
      whenIdle(connection, () => {
        leaveParser(connection)
        parse(connection, packet)
      })
    } else {
      // Thousands of clients may disconnect in one turn.
      turns.begin(() => endBroken(connection, error))
    }
  })
  return (socket) => {
    const connection = connections.open(socket)
    readFirstHead(socket, limits.maxHeaderSize, (begun) => {
      if (isUrgentHead(begun, urgentTargets)) parse(connection, begun)
      else parseInTurn(socket, () => parse(connection, begun))
    })
  }
}

/**
 * The status for a request that parses but asks for something that is not supported. Answering it normally would ignore what it
 * asks for.
 */
function refusalOf({ headers }: IncomingMessage): number | undefined {
  const coding = headers["transfer-encoding"]
  // The bytes would be stored in their encoded form.
  if (coding !== undefined && !/^chunked$/i.test(coding.trim())) return 501
  const { expect } = headers
  if (expect !== undefined && !/^(100-continue)?$/i.test(expect.trim())) return 417
  return undefined
}

function answerPlainly({ response, connection }: Parsed, status: number): void {
  connection.isLast = true
  response.writeHead(status, { Connection: "close", "Content-Length": "0" }).end()
}

function parsedOf(
  request: Pick<Parsed, "message" | "response" | "connection" | "isUrgent">,
): Parsed {
  const { message, response, connection } = request
  const { keptLength } = connection
  connection.keptLength = undefined
  const length = message.headers["content-length"]
  if (keptLength !== undefined) response.shouldKeepAlive = false
  const declaredBytes = length === undefined ? keptLength : Number(length)
  const counted = { heldBytes: 0, receivedBytes: 0, sentBytes: 0 }
  return { ...request, ...counted, declaredBytes, isEnded: false, onEnded: undefined }
}

/** Ends a connection whose parser has stopped because the client sent something other than HTTP, or disconnected. */
function endBroken(connection: Connection, error: NodeJS.ErrnoException): void {
  const { current, socket, waiting } = connection
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy()
  } else if (current?.message.complete === true && connection.isLast) {
    // Whatever follows the last request of a connection is ignored.
  } else if (isAnswering(connection)) {
    socket.destroy()
  } else if (current !== undefined && (current.message.complete || waiting.length > 0)) {
    endAfterWhole(connection, current)
  } else {
    connection.isLast = true
    refuse(socket, REFUSALS[error.code ?? ""] ?? "400 Bad Request")
  }
}

/**
 * Ends a connection that sends something other than HTTP after complete requests. These are answered first; otherwise the
 * client would take the refusal for one of their responses.
 */
function endAfterWhole(connection: Connection, current: Parsed): void {
  const { waiting } = connection
  connection.isLast = true
  if (waiting.at(-1)?.message.complete === false) waiting.pop()
  if (waiting.length === 0) current.response.shouldKeepAlive = false
}

/** Ends a connection whose request is not HTTP: a status and nothing more. */
function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/**
 * Collects the first head of a connection here, because Node's parser returns only the last packet of a head that it
 * refuses. Later heads are not collected: a listener on the socket takes its parser off the fast path.
 */
function readFirstHead(socket: Socket, bytesMax: number, done: (begun: Buffer) => void): void {
  let begun: Buffer = Buffer.alloc(0)
  const onEnd = (): void => void socket.destroy()
  const onData = (piece: Buffer): void => {
    begun = begun.length === 0 ? piece : Buffer.concat([begun, piece])
    if (mayBeHead(begun) && !hasWholeHead(begun) && begun.length <= bytesMax) return
    socket.off("data", onData).off("end", onEnd)
    done(begun)
  }
  socket.on("data", onData).on("end", onEnd)
}

/** The parser's setup for a new connection costs as much as a small request. */
function parseInTurn(socket: Socket, parse: () => void): void {
  socket.pause()
  turns.begin(() => {
    if (socket.destroyed) return
    parse()
    socket.resume()
  })
}

function isUrgentHead(begun: Buffer, targets: readonly string[]): boolean {
  const [, target = ""] = begun.toString("latin1", 0, URGENT_BYTES_MAX).split(" ", 2)
  return targets.includes(target)
}

/** A request line begins with a letter; blank lines may come before it. */
function mayBeHead(begun: Buffer): boolean {
  const first = begun[0] ?? 0
  return (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a)
}

/** The events of a socket that a parser listens to. */
const EVENTS = ["data", "end", "error", "close", "timeout", "drain", "pause", "resume"] as const

function listenersAddedBy(socket: Socket, add: () => void): ParserListeners {
  const before = EVENTS.map((event) => new Set(socket.rawListeners(event)))
  add()
  return EVENTS.flatMap((event, index) =>
    socket
      .rawListeners(event)
      .filter((listener) => before[index]?.has(listener) !== true)
      .map((listener) => [event, listener as ParserListeners[number][1]] as const),
  )
}

/**
 * Calls `go` when no response is on its way. Under TLS a write ends a turn of the event loop later than its bytes
 * leave, so a quick client sends its next request before.
 */
function whenIdle(connection: Connection, go: () => void): void {
  if (connection.current === undefined) {
    go()
    return
  }
  pauseParser(connection)
  connection.onIdle = () => {
    connection.onIdle = undefined
    go()
    connection.socket.resume()
  }
}

/** Tells the parser that the connection is closed, so that it releases the socket. */
function leaveParser({ socket, parserListeners }: Connection): void {
  // Stops the parser from reading the socket directly.
  const ignore = (): void => undefined
  socket.on("data", ignore).off("data", ignore)
  for (const [event, listener] of parserListeners) {
    if (event === "close") listener.call(socket, false)
    socket.off(event, listener)
  }
}

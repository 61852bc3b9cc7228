import type { IncomingMessage, ServerResponse } from "node:http"
import { freeMemory } from "../base/free-memory.ts"
import { turns } from "../base/turns.ts"
import { countMemory, noteWhole, type Parsed, waitsForContinue } from "./connections.ts"
import { departures } from "./departures.ts"

/** Whether nobody else has the pieces. If so, their memory is freed after they are sent. */
interface Ownership {
  readonly areOwned?: boolean | undefined
}

export type BodyToSend =
  | { readonly kind: "none" }
  | (Ownership & { readonly kind: "pieces"; readonly pieces: readonly Buffer[] })
  /** Content-Length is sent as in the response to HEAD, and the connection is closed where the bytes would begin. */
  | { readonly kind: "announced"; readonly sizeBytes: number }
  | (Ownership & {
      readonly kind: "stream"
      readonly sizeBytes: number
      /** Consecutive pieces, some at a time. */
      readonly batches: AsyncGenerator<readonly Buffer[], void, undefined>
    })

export interface AnswerToSend {
  readonly status: number
  /** The response to HEAD states its Content-Length here; for any other body it is added. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: BodyToSend
}

/** An unread body of up to this size is read and discarded, so that the connection can be reused. */
const DRAINED_BYTES_MAX = 64 * 1024

/**
 * Of a longer body, this much is discarded before the connection is closed. A client that is still sending when the
 * connection closes sees a broken connection instead of the response.
 */
const LINGER_BYTES_MAX = 16 * 1024 ** 2
const LINGER_MS_MAX = 5000
/** A small body is already on its way, or never arrives. */
const LINGER_SMALL_MS_MAX = 500

/**
 * Sends a response. Its length is always announced. When the source of a streamed body fails midway or yields too few
 * bytes, the connection is cut, so that the client cannot mistake what it received for the whole. Resolves when the
 * response is sent, is about to leave with others of this turn (departures.ts), or when the client has disconnected.
 */
export async function sendAnswer(
  parsed: Parsed,
  { status, headers, body }: AnswerToSend,
): Promise<void> {
  if (!parsed.isUrgent && turns.isSpent()) await turns.next()
  const { message, response } = parsed
  noteWhole(parsed)
  const flat: string[] = []
  for (const [name, value] of headers) flat.push(name, value)
  const isHead = message.method === "HEAD"
  const unread = unreadBytes(parsed)
  const isExpecting = unread > 0 && waitsForContinue(message)
  const isCut = body.kind === "announced" && !isHead
  const isLast =
    isCut || isExpecting || unread > DRAINED_BYTES_MAX || (unread > 0 && hasNoBody(message))
  if (!isHead && status !== 204 && status !== 304) flat.push("Content-Length", String(sizeOf(body)))
  if (isLast) {
    response.shouldKeepAlive = false
    flat.push("Connection", "close")
  }
  if (body.kind === "stream" && !isHead) {
    response.writeHead(status, flat)
    await stream(parsed, body)
    dropBody(parsed)
    return
  }
  if (body.kind === "stream") await body.batches.return()
  response.writeHead(status, flat)
  const pieces = body.kind === "pieces" && !isHead ? body.pieces : []
  parsed.sentBytes = bytesOf(pieces)
  countMemory(parsed, parsed.sentBytes)
  if (isLast && !isExpecting && (unread > 0 || !isCut)) {
    if (pieces.length > 0) writeAll(response, pieces, false)
    else response.flushHeaders()
    await linger(message, response, unread)
    response.end()
  } else {
    const areOwned = body.kind === "pieces" && body.areOwned === true
    if (parsed.isUrgent) endWith(response, pieces, areOwned)
    else departures.add(() => endWith(response, pieces, areOwned))
    dropBody(parsed)
  }
}

function sizeOf(body: BodyToSend): number {
  if (body.kind === "none") return 0
  return body.kind === "pieces" ? bytesOf(body.pieces) : body.sizeBytes
}

function bytesOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

/** In one call to the kernel. Returns false when the client does not keep up. */
function writeAll(response: ServerResponse, pieces: readonly Buffer[], areOwned: boolean): boolean {
  response.cork()
  let isTaken = true
  for (const piece of pieces.slice(0, -1)) response.write(piece)
  const last = pieces.at(-1)
  // The kernel has read the pieces by then. After an error it may still read them.
  const freeAll = (error: Error | null | undefined): void => {
    if (areOwned && (error ?? undefined) === undefined) pieces.forEach(freeMemory)
  }
  if (last !== undefined) isTaken = response.write(last, freeAll)
  response.uncork()
  return isTaken
}

/** Sends pieces and ends the response in one call. */
function endWith(response: ServerResponse, pieces: readonly Buffer[], areOwned: boolean): void {
  response.cork()
  if (pieces.length > 1 || areOwned) {
    writeAll(response, pieces, areOwned)
    response.end()
  } else response.end(pieces.at(-1))
}

async function stream(
  parsed: Parsed,
  { sizeBytes, batches, areOwned = false }: Extract<BodyToSend, { kind: "stream" }>,
): Promise<void> {
  const { response, connection } = parsed
  let sent = 0
  try {
    for await (const pieces of batches) {
      sent += bytesOf(pieces)
      if (sent > sizeBytes) break
      const isTaken = writeAll(response, pieces, areOwned)
      parsed.sentBytes = sent
      if (sent === sizeBytes) response.end()
      else if (!isTaken) {
        connection.stalled = { sinceMs: undefined }
        await drained(response)
        connection.stalled = undefined
      }
      if (response.destroyed) return
    }
  } catch (error) {
    response.destroy()
    throw error
  }
  if (sent === sizeBytes && sizeBytes === 0) response.end()
  if (sent === sizeBytes) return
  response.destroy()
  throw new Error(`a body of ${sizeBytes} bytes was given ${sent}`)
}

/** Resolves when more can be written, or when nothing more can be. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || response.writableLength === 0) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done)
      resolve()
    }
    response.on("drain", done).on("close", done)
  })
  // Thousands of clients may disconnect in one turn.
  if (turns.isSpent()) await turns.next()
}

/** How much of the request's body is still to come, according to its announced length. */
function unreadBytes({ message, declaredBytes = 0 }: Parsed): number {
  if (message.complete) return 0
  return message.headers["transfer-encoding"] === undefined ? declaredBytes : Infinity
}

/** Whether a request of this method normally has no body: a body that is announced anyway may never arrive. */
function hasNoBody({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD" || method === "DELETE"
}

/** Reads and discards a body until it ends, a limit is reached, or the client has disconnected. */
function linger(message: IncomingMessage, response: ServerResponse, unread: number): Promise<void> {
  if (message.destroyed || response.destroyed) return Promise.resolve()
  const { socket } = message
  // Counted on the connection, not the body, which may arrive in chunks of one byte.
  const untilBytes = socket.bytesRead + LINGER_BYTES_MAX
  return new Promise((resolve) => {
    const onData = (): void => {
      if (socket.bytesRead > untilBytes) finish()
    }
    const finish = (): void => {
      clearTimeout(timer)
      message.off("data", onData)
      resolve()
    }
    const timer = setTimeout(
      finish,
      unread > DRAINED_BYTES_MAX ? LINGER_MS_MAX : LINGER_SMALL_MS_MAX,
    )
    response.once("close", finish)
    message.on("data", onData).once("end", finish).resume()
  })
}

function dropBody(parsed: Parsed): void {
  const { message } = parsed
  if (!message.complete) message.once("end", () => noteWhole(parsed)).resume()
}

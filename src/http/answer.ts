import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import { freeMemory } from "../base/free-memory.ts"
import { turns } from "../base/turns.ts"
import { countMemory, type Parsed } from "./connections.ts"

/** Whether nobody else has the pieces: their memory is freed when they were sent. */
interface Ownership {
  readonly areOwned?: boolean | undefined
}

export type BodyToSend =
  | { readonly kind: "none" }
  | (Ownership & { readonly kind: "pieces"; readonly pieces: readonly Buffer[] })
  /** The length is told as an answer to HEAD tells it, and the connection ends where the bytes would be. */
  | { readonly kind: "announced"; readonly sizeBytes: number }
  | (Ownership & {
      readonly kind: "stream"
      readonly sizeBytes: number
      /** Pieces that follow each other, some at a time. */
      readonly batches: AsyncGenerator<readonly Buffer[], void, undefined>
    })

export interface AnswerToSend {
  readonly status: number
  /** An answer to HEAD names its Content-Length here; any other body's is added. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: BodyToSend
}

/** An unread body of up to this size is read and dropped, so that the connection can go on. */
const DRAINED_BYTES_MAX = 64 * 1024

/**
 * Of a longer one this much is dropped before the connection is closed: a client that is still sending when it is closed
 * sees a broken connection, and not the answer.
 */
const LINGER_BYTES_MAX = 16 * 1024 ** 2
const LINGER_MS_MAX = 5000
/** A small one is on its way already, or never comes. */
const LINGER_SMALL_MS_MAX = 500

/**
 * Sends an answer. Its length is always announced; when the source of a streamed body fails half-way, or gives too few
 * bytes, the connection is cut, so that the client cannot take what it got for the whole. Resolves when it is sent or the
 * client is gone.
 */
export async function sendAnswer(
  parsed: Parsed,
  { status, headers, body }: AnswerToSend,
): Promise<void> {
  if (!parsed.isUrgent && turns.isSpent()) await turns.next()
  const { message, response } = parsed
  const flat = headers.flat()
  const isHead = message.method === "HEAD"
  const unread = unreadBytes(parsed)
  const isExpecting = unread > 0 && message.headers.expect !== undefined
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
    dropBody(message)
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
    endWith(response, pieces, body.kind === "pieces" && body.areOwned === true)
    dropBody(message)
  }
}

function sizeOf(body: BodyToSend): number {
  if (body.kind === "none") return 0
  return body.kind === "pieces" ? bytesOf(body.pieces) : body.sizeBytes
}

function bytesOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}

/** In one call to the kernel. false when the client does not keep up. */
function writeAll(response: ServerResponse, pieces: readonly Buffer[], areOwned: boolean): boolean {
  response.cork()
  let isTaken = true
  for (const piece of pieces.slice(0, -1)) response.write(piece)
  const last = pieces.at(-1)
  // The kernel has read them by then; after an error it may still read them.
  const freeAll = (error: Error | null | undefined): void => {
    if (areOwned && (error ?? undefined) === undefined) pieces.forEach(freeMemory)
  }
  if (last !== undefined) isTaken = response.write(last, freeAll)
  response.uncork()
  return isTaken
}

/** Pieces and the end of the answer, in one call. */
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

/** Resolves when more may be written, or when nothing more can be. */
async function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed || response.writableLength === 0) return
  const ended = new AbortController()
  const { signal } = ended
  try {
    await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })])
  } finally {
    ended.abort()
  }
}

/** How much of the request's body is still to come, as far as it was announced. */
function unreadBytes({ message, declaredBytes = 0 }: Parsed): number {
  if (message.complete) return 0
  return message.headers["transfer-encoding"] === undefined ? declaredBytes : Infinity
}

/** Whether a request of this method has no body as a rule: one that is announced all the same may never come. */
function hasNoBody({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD" || method === "DELETE"
}

/** Reads and drops a body until it ends, or the limits are reached, or the client is gone. */
function linger(message: IncomingMessage, response: ServerResponse, unread: number): Promise<void> {
  if (message.destroyed || response.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    let dropped = 0
    const onData = (piece: Buffer): void => {
      dropped += piece.length
      if (dropped > LINGER_BYTES_MAX) finish()
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

function dropBody(message: IncomingMessage): void {
  if (!message.complete) message.resume()
}

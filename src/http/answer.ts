import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"

export type BodyToSend =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | {
      readonly kind: "stream"
      readonly sizeBytes: number
      readonly chunks: AsyncGenerator<Buffer, void, undefined>
    }

export interface AnswerToSend {
  readonly status: number
  /** An answer to HEAD names its Content-Length here; any other body's is added. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: BodyToSend
}

/** An unread body of up to this size is read and dropped, so that the connection can go on. */
const DRAINED_BYTES_MAX = 64 * 1024

/**
 * Sends an answer. Its length is always announced; when the source of a streamed body fails half-way, or gives too few
 * bytes, the connection is cut, so that the client cannot take what it got for the whole. Resolves when it is sent or the
 * client is gone.
 */
export async function sendAnswer(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: AnswerToSend,
): Promise<void> {
  const flat = headers.flat()
  const isHead = message.method === "HEAD"
  if (!isHead && status !== 204 && status !== 304) flat.push("Content-Length", String(sizeOf(body)))
  if (!canKeepAlive(message)) {
    response.shouldKeepAlive = false
    flat.push("Connection", "close")
  }
  if (body.kind !== "stream" || isHead) {
    if (body.kind === "stream") await body.chunks.return()
    response.writeHead(status, flat)
    response.end(body.kind === "bytes" && !isHead ? body.bytes : undefined)
    dropBody(message)
    return
  }
  response.writeHead(status, flat)
  await stream(response, body.sizeBytes, body.chunks)
  dropBody(message)
}

function sizeOf(body: BodyToSend): number {
  if (body.kind === "none") return 0
  return body.kind === "bytes" ? body.bytes.length : body.sizeBytes
}

async function stream(
  response: ServerResponse,
  sizeBytes: number,
  chunks: AsyncGenerator<Buffer, void, undefined>,
): Promise<void> {
  let sent = 0
  try {
    for await (const chunk of chunks) {
      sent += chunk.length
      if (sent === sizeBytes) {
        response.end(chunk)
      } else if (!response.write(chunk)) {
        await drained(response)
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
  throw new Error(`a body of ${sizeBytes} bytes ended after ${sent}`)
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

/** Whether the next request can follow: the body was read, or what is left of it is small. */
function canKeepAlive(message: IncomingMessage): boolean {
  if (message.complete) return true
  if (message.headers.expect !== undefined) return false
  const length = message.headers["content-length"]
  return length !== undefined && Number(length) <= DRAINED_BYTES_MAX
}

function dropBody(message: IncomingMessage): void {
  if (!message.complete) message.resume()
}

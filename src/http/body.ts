import type { IncomingMessage } from "node:http"
import { freeMemory } from "../base/free-memory.ts"
import { turns } from "../base/turns.ts"
import { holdMemory, keepPace, type Parsed, waitsForContinue } from "./connections.ts"

/** The body is longer than its reader accepts. */
export class BodyTooLarge extends Error {
  override name = "BodyTooLarge"
}

/** The body ended early: the client disconnected, or sent a length other than the one it declared. */
export class BodyIncomplete extends Error {
  override name = "BodyIncomplete"
}

export interface BodyLimit {
  readonly bytesMax: number
  /**
   * Whether the body must arrive at 1 KiB/s on average after the first ten seconds; otherwise the connection is cut.
   */
  readonly keepsPace?: boolean
}

/**
 * A request's body as it arrives, in pieces each of which is valid until the next is requested. When the first piece is
 * requested, it sends `100 Continue` to a client that waits for it. Throws BodyTooLarge before it yields more than
 * `bytesMax` bytes, BodyIncomplete, and MemoryExhausted before it asks for the first byte.
 */
export function requestBody(
  parsed: Parsed,
  limit: BodyLimit,
): AsyncGenerator<Buffer, void, undefined> {
  // A gathered body, and what its reader makes of it.
  const memoryBytes = isGathered(parsed.message) ? 2 * (parsed.declaredBytes ?? 0) : STREAM_BYTES
  return piecesWithin(parsed, limit, { memoryBytes, areFreed: true })
}

/** The memory that a streamed body holds: what arrived and was not requested yet, and what its reader makes of it. */
const STREAM_BYTES = 128 * 1024

interface Handling {
  /** The memory that the body may occupy. */
  readonly memoryBytes: number
  /** Whether the memory of a piece is freed when the next one is requested. */
  readonly areFreed: boolean
}

async function* piecesWithin(
  parsed: Parsed,
  { bytesMax, keepsPace = false }: BodyLimit,
  { memoryBytes, areFreed }: Handling,
): AsyncGenerator<Buffer, void, undefined> {
  const { message, response, connection, declaredBytes: declared } = parsed
  if (declared !== undefined && declared > bytesMax) throw new BodyTooLarge()
  if (memoryBytes > 0 && !(await holdMemory(parsed, memoryBytes))) {
    throw new BodyIncomplete("the client went away")
  }
  if (waitsForContinue(message)) response.writeContinue()
  if (declared !== 0) keepPace(connection, keepsPace)
  let arrived = 0
  try {
    for await (const bytes of isGathered(message) ? await gather(message) : piecesOf(message)) {
      arrived += bytes.length
      parsed.receivedBytes = arrived
      if (arrived > bytesMax) throw new BodyTooLarge()
      if (turns.isSpent()) await turns.next()
      yield bytes
      if (areFreed) freeMemory(bytes)
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error
    // Connections can break by the thousand, all in one turn of the event loop.
    if (turns.isSpent()) await turns.next()
    throw new BodyIncomplete("the connection broke", { cause: error })
  }
  if (!message.complete && turns.isSpent()) await turns.next()
  if (!message.complete || (declared !== undefined && declared !== arrived)) {
    throw new BodyIncomplete(`${arrived} bytes arrived, ${declared ?? "more"} were announced`)
  }
}

function piecesOf(message: IncomingMessage): AsyncIterable<Buffer> {
  return message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}

/**
 * A body whose announced length is at most this is collected: as a stream it would cost more than all the work done
 * with it.
 */
const GATHERED_BYTES_MAX = 64 * 1024

/** Not with chunked framing, whose length the announced one does not bound. */
function isGathered({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"]
  return (
    length !== undefined &&
    Number(length) <= GATHERED_BYTES_MAX &&
    headers["transfer-encoding"] === undefined
  )
}

/** The whole body in one piece; no piece when it is empty. */
async function gather(message: IncomingMessage): Promise<Buffer[]> {
  const pieces: Buffer[] = []
  if (message.destroyed) return pieces
  await new Promise<void>((resolve, reject) => {
    message
      .on("data", (piece: Buffer) => pieces.push(piece))
      .once("end", resolve)
      .once("close", resolve)
      .once("error", reject)
  })
  return pieces.length > 1 ? [joined(pieces)] : pieces
}

/** Joins the pieces into one and frees them. */
function joined(pieces: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(pieces)
  pieces.forEach(freeMemory)
  return whole
}

/** The whole body. Throws as requestBody does. */
export async function readWholeBody(parsed: Parsed, limit: BodyLimit): Promise<Buffer> {
  const chunks: Buffer[] = []
  const isChunked = parsed.message.headers["transfer-encoding"] !== undefined
  const sizeBytes = isChunked ? limit.bytesMax : (parsed.declaredBytes ?? 0)
  // Both the pieces and the whole that is made of them.
  const memoryBytes = 2 * Math.min(sizeBytes, limit.bytesMax)
  for await (const chunk of piecesWithin(parsed, limit, { memoryBytes, areFreed: false })) {
    chunks.push(chunk)
  }
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : joined(chunks)
}

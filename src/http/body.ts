import type { IncomingMessage, ServerResponse } from "node:http"

/** A body longer than its reader takes. */
export class BodyTooLarge extends Error {
  override name = "BodyTooLarge"
}

/** A body that ended early: the client went away, or sent another length than it declared. */
export class BodyIncomplete extends Error {
  override name = "BodyIncomplete"
}

export interface BodyLimit {
  readonly bytesMax: number
}

/**
 * A request's body as it arrives. Asks a client that waits for `100 Continue` to go on, when the first piece is asked
 * for. Throws BodyTooLarge before it gives more than `bytesMax` bytes, and BodyIncomplete.
 */
export async function* requestBody(
  message: IncomingMessage,
  response: ServerResponse,
  { bytesMax }: BodyLimit,
): AsyncGenerator<Buffer, void, undefined> {
  const declared = declaredBytes(message)
  if (declared !== undefined && declared > bytesMax) throw new BodyTooLarge()
  if (message.headers.expect?.toLowerCase() === "100-continue") response.writeContinue()
  let arrived = 0
  try {
    for await (const bytes of isGathered(message) ? await gather(message) : piecesOf(message)) {
      arrived += bytes.length
      if (arrived > bytesMax) throw new BodyTooLarge()
      yield bytes
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error
    throw new BodyIncomplete("the connection broke", { cause: error })
  }
  if (!message.complete || (declared !== undefined && declared !== arrived)) {
    throw new BodyIncomplete(`${arrived} bytes arrived, ${declared ?? "more"} were announced`)
  }
}

function piecesOf(message: IncomingMessage): AsyncIterable<Buffer> {
  return message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}

/** A body that is announced to be no longer is gathered: as a stream it would cost more than all that is done with it. */
const GATHERED_BYTES_MAX = 64 * 1024

/** Not with chunked framing, which the announced length does not bound. */
function isGathered({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"]
  return (
    length !== undefined &&
    Number(length) <= GATHERED_BYTES_MAX &&
    headers["transfer-encoding"] === undefined
  )
}

/** The whole body as one piece, none when it is empty. */
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
  return pieces.length > 1 ? [Buffer.concat(pieces)] : pieces
}

/** Content-Length. With chunked framing, where a lenient request may carry it too, what arrives is held against it. */
function declaredBytes({ headers }: IncomingMessage): number | undefined {
  const length = headers["content-length"]
  return length === undefined ? undefined : Number(length)
}

/** The whole body. Throws as requestBody does. */
export async function readWholeBody(
  message: IncomingMessage,
  response: ServerResponse,
  limit: BodyLimit,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of requestBody(message, response, limit)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

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
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer
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

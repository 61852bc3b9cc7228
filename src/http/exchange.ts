import { type AnswerToSend, sendAnswer } from "./answer.ts"
import { type BodyLimit, readWholeBody, requestBody } from "./body.ts"
import type { Parsed } from "./connections.ts"

/** A request's first line and headers, as received. */
export interface RequestHead {
  readonly method: string
  readonly target: string
  /** Names and values, alternating; values as latin1 text. */
  readonly rawHeaders: readonly string[]
}

/** A request's body. It is read once or not at all. */
export interface RequestBody {
  /** Content-Length, when the client sent one. */
  readonly declaredBytes: number | undefined
  /** The body as it arrives. How long a piece is valid, and what this throws, is documented at `requestBody` in body.ts. */
  readonly chunks: (limit: BodyLimit) => AsyncGenerator<Buffer, void, undefined>
  /** The whole body. Throws as `chunks` does. */
  readonly whole: (limit: BodyLimit) => Promise<Buffer>
}

/** One request and its response: all that a protocol sees of HTTP. */
export interface Exchange {
  readonly head: RequestHead
  readonly body: RequestBody
  /** "" when the client has disconnected. */
  readonly sourceAddress: string
  readonly isSecure: boolean
  /** Sends the response, once; see `sendAnswer` in answer.ts. */
  readonly send: (answer: AnswerToSend) => Promise<void>
  /** Cuts the connection, without a response or in the middle of it. */
  readonly cut: () => void
  /** Reports how the exchange ended, once: when the response is sent, or can no longer be. For one caller. */
  readonly whenEnded: (use: (end: ExchangeEnd) => void) => void
}

/** How an exchange ended. */
export interface ExchangeEnd {
  /** Bytes of the request's body, as far as it was read. */
  readonly receivedBytes: number
  /** Bytes of the response's body, as far as the connection accepted it. */
  readonly sentBytes: number
  /** The connection broke, or was ended, before the whole response was sent. */
  readonly isCut: boolean
}

export function createExchange(parsed: Parsed): Exchange {
  const { message, connection, declaredBytes } = parsed
  return {
    head: {
      method: message.method ?? "",
      target: message.url ?? "",
      rawHeaders: rawHeadersOf(parsed),
    },
    body: {
      declaredBytes,
      chunks: (limit) => requestBody(parsed, limit),
      whole: (limit) => readWholeBody(parsed, limit),
    },
    sourceAddress: connection.socket.remoteAddress ?? "",
    isSecure: "encrypted" in connection.socket,
    send: (answer) => sendAnswer(parsed, answer),
    cut: () => connection.socket.destroy(),
    whenEnded(use) {
      if (parsed.isEnded) use(endOf(parsed))
      else parsed.onEnded = () => use(endOf(parsed))
    },
  }
}

function endOf({ receivedBytes, sentBytes, response }: Parsed): ExchangeEnd {
  return { receivedBytes, sentBytes, isCut: !response.writableFinished }
}

/** With the length that framing-pair.ts withheld from the parser: it may be signed. */
function rawHeadersOf({ message, declaredBytes }: Parsed): readonly string[] {
  const { rawHeaders, headers } = message
  const isKept = declaredBytes === undefined || headers["content-length"] !== undefined
  return isKept ? rawHeaders : [...rawHeaders, "Content-Length", String(declaredBytes)]
}

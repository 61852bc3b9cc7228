import { type AnswerToSend, sendAnswer } from "./answer.ts"
import { type BodyLimit, readWholeBody, requestBody } from "./body.ts"
import type { Parsed } from "./connections.ts"

/** A request's first line and headers, as they came. */
export interface RequestHead {
  readonly method: string
  readonly target: string
  /** Names and values in turn; values as latin1 text. */
  readonly rawHeaders: readonly string[]
}

/** A request's body, which is read once or not at all. */
export interface RequestBody {
  /** Content-Length, when the client sent one. */
  readonly declaredBytes: number | undefined
  /** As it arrives; how long a piece is valid, and what it throws, stands at `requestBody` in body.ts. */
  readonly chunks: (limit: BodyLimit) => AsyncGenerator<Buffer, void, undefined>
  /** The whole of it. Throws as `chunks` does. */
  readonly whole: (limit: BodyLimit) => Promise<Buffer>
}

/** One request and its answer: all that a protocol sees of HTTP. */
export interface Exchange {
  readonly head: RequestHead
  readonly body: RequestBody
  /** "" when the client is gone. */
  readonly sourceAddress: string
  readonly isSecure: boolean
  /** Answers, once; see `sendAnswer` in answer.ts. */
  readonly send: (answer: AnswerToSend) => Promise<void>
  /** Breaks the connection off, without an answer or in the middle of it. */
  readonly cut: () => void
  /** Tells how it ended, once: when the answer has left, or can no longer. For one caller. */
  readonly whenEnded: (use: (end: ExchangeEnd) => void) => void
}

/** How an exchange ended. */
export interface ExchangeEnd {
  /** Of the request's body, as far as it was read. */
  readonly receivedBytes: number
  /** Of the answer's body, as far as the connection took it. */
  readonly sentBytes: number
  /** The connection broke, or was ended, before the whole answer had left. */
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

/** With the length that framing-pair.ts kept from the parser: it may be signed. */
function rawHeadersOf({ message, declaredBytes }: Parsed): readonly string[] {
  const { rawHeaders, headers } = message
  const isKept = declaredBytes === undefined || headers["content-length"] !== undefined
  return isKept ? rawHeaders : [...rawHeaders, "Content-Length", String(declaredBytes)]
}

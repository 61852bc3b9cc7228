import type { AnswerToSend } from "../http/answer.ts"
import type { Exchange, RequestHead } from "../http/exchange.ts"
import { hostOf } from "./request.ts"

/** Whether a page of `origin` may send requests to the server under `host`, the Host header of the request. */
export type IsConsoleOrigin = (origin: string, host: string) => boolean

const METHODS = "GET, HEAD, PUT"
const ALLOWED_HEADER = /^(content-type|content-md5|range|x-oss-[a-z0-9-]{1,100})$/
const EXPOSED = [
  "Content-Disposition",
  "Content-Range",
  "ETag",
  "x-oss-hash-crc64ecma",
  "x-oss-request-id",
  "x-oss-server-side-encryption",
  "x-oss-server-side-encryption-key-id",
  "x-oss-server-side-data-encryption",
  "x-oss-version-id",
].join(", ")

/**
 * Lets the console's own pages read the OSS listener's responses to their presigned requests (CORS). Nothing changes
 * for any other origin, and cookies never count here.
 */
export function allowConsole(
  handle: (exchange: Exchange) => Promise<void>,
  isConsoleOrigin: IsConsoleOrigin,
): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const { head } = exchange
    const origin = headerOf(head, "origin")
    if (origin === undefined || !isConsoleOrigin(origin, hostOf(head))) return handle(exchange)
    const asked = headerOf(head, "access-control-request-method")
    if (head.method === "OPTIONS" && asked !== undefined) {
      await exchange.send(preflightAnswer(origin, headerOf(head, "access-control-request-headers")))
      return
    }
    const send = (answer: AnswerToSend): Promise<void> =>
      exchange.send({ ...answer, headers: [...answer.headers, ...headersFor(origin)] })
    await handle({ ...exchange, send })
  }
}

function headersFor(origin: string): AnswerToSend["headers"] {
  return [
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Expose-Headers", EXPOSED],
    ["Vary", "Origin"],
  ]
}

/** What the browser asks before it sends anything but a simple request. */
function preflightAnswer(origin: string, asked = ""): AnswerToSend {
  const names = asked
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => ALLOWED_HEADER.test(name))
  return {
    status: 204,
    headers: [
      ["Access-Control-Allow-Origin", origin],
      ["Access-Control-Allow-Methods", METHODS],
      ...(names.length === 0 ? [] : [["Access-Control-Allow-Headers", names.join(", ")] as const]),
      ["Access-Control-Max-Age", "600"],
      ["Vary", "Origin"],
    ],
    body: { kind: "none" },
  }
}

function headerOf({ rawHeaders }: RequestHead, name: string): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const found = rawHeaders[index]
    // Most origins are of another length.
    if (found?.length === name.length && found.toLowerCase() === name) return rawHeaders[index + 1]
  }
  return undefined
}

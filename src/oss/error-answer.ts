import { AnsweredAsIs } from "../base/answered-as-is.ts"
import { MemoryExhausted } from "../base/memory-budget.ts"
import type { Log } from "../base/log.ts"
import { BodyIncomplete, BodyTooLarge } from "../http/body.ts"
import { ObjectDamaged } from "../objects/encryption.ts"
import { NameRefused } from "../objects/name-refused.ts"
import { RuleBroken } from "../objects/rule-broken.ts"
import { type AnsweredError, OssError } from "./errors.ts"
import type { Answer, Headers } from "./operation.ts"
import { errorOfName } from "./request.ts"
import { errorOfRule } from "./rule-errors.ts"
import { writeXml, type XmlElement } from "../base/xml-write.ts"

/**
 * What the client is told about a failure. An internal failure is logged, and reported as InternalError without detail.
 */
export function toOssError(error: unknown, log: Log, requestId: string): AnsweredError {
  if (error instanceof OssError || error instanceof AnsweredAsIs) return error
  if (error instanceof RuleBroken) return errorOfRule(error)
  if (error instanceof NameRefused) return errorOfName(error)
  if (error instanceof BodyTooLarge) return new OssError("EntityTooLarge")
  if (error instanceof BodyIncomplete) return new OssError("IncompleteBody")
  if (error instanceof MemoryExhausted) return new OssError("ServiceUnavailable")
  const isDamage = error instanceof ObjectDamaged
  log.error({ err: error, requestId }, isDamage ? "stored data is damaged" : "a request failed")
  return new OssError("InternalError")
}

const RETRY_AFTER_SECONDS = "1"

/**
 * The error's response: its body, `x-oss-ec`, and for HEAD the body in `x-oss-err`, where clients look for the code.
 */
export function errorAnswer(
  error: AnsweredError,
  request: { readonly method: string; readonly requestId: string; readonly hostId: string },
): Answer {
  const headers: Headers = [
    ...(error.ec === undefined ? [] : [["x-oss-ec", error.ec] as const]),
    ...(error.status === 503 ? [["Retry-After", RETRY_AFTER_SECONDS] as const] : []),
    ...Object.entries(error.headers),
  ]
  if (error.status === 304) return { status: 304, headers }
  const root = errorElement(error, request)
  if (request.method !== "HEAD")
    return { status: error.status, headers, body: { kind: "xml", root } }
  const encoded = Buffer.from(writeXml(root)).toString("base64")
  return { status: error.status, headers: [...headers, ["x-oss-err", encoded]] }
}

function errorElement(
  error: AnsweredError,
  {
    method,
    requestId,
    hostId,
  }: { readonly method: string; readonly requestId: string; readonly hostId: string },
): XmlElement {
  return [
    "Error",
    [
      ["Code", error.code],
      ["Message", error.message],
      ["RequestId", requestId],
      ["HostId", hostId],
      ["Method", error.code === "MethodNotAllowed" ? method : undefined],
      ...Object.entries(error.fields),
      ["EC", error.ec],
    ],
  ]
}

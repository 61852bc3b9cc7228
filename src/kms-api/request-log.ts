import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import type { Exchange } from "../http/exchange.ts"
import { nameOf, type Principal } from "../identity/principal.ts"
import type { AnswerFields } from "./answers.ts"
import type { Parameters } from "./parameters.ts"

/** What became known about a request while it was handled. */
export interface Seen {
  action?: string
  principal?: Principal
  /** The one that signed the request. */
  accessKeyId?: string
  /** By id, ARN or alias, whichever is known. */
  cmk?: string | undefined
  code?: string
}

interface Answered extends Seen {
  readonly requestId: string
  readonly startedMs: number
  readonly status: number
}

/** No id, ARN or alias is longer. */
const CMK_LENGTH_MAX = 512

/**
 * Writes the log line of a request once its response is sent or its connection broke: who used which CMK from where,
 * and how it ended. Parameters are not in it: they contain plaintexts, ciphertexts and signatures.
 */
export function logRequest(
  { log, clock }: { readonly log: Log; readonly clock: Clock },
  { sourceAddress, isSecure, whenEnded }: Exchange,
  { requestId, startedMs, status, action, principal, cmk, code }: Answered,
): void {
  if (!log.isLevelEnabled("info")) return
  whenEnded(({ receivedBytes, sentBytes, isCut }) => {
    const line = {
      requestId,
      caller: principal === undefined ? "unknown" : nameOf(principal),
      sourceAddress,
      secure: isSecure,
      action,
      cmk,
      status,
      code,
      bytesIn: receivedBytes,
      bytesOut: sentBytes,
      ms: clock.nowMs() - startedMs,
      ...(isCut ? { cut: true } : {}),
    }
    log.info(line, code === undefined ? "kms request" : "kms request refused")
  })
}

/** The CMK, or an alias of one, that a request names; its ciphertext may name another. */
export function namedCmk(parameters: Parameters): string | undefined {
  const named = parameters.get("KeyId") ?? parameters.get("AliasName")
  return named?.slice(0, CMK_LENGTH_MAX)
}

/** The CMK that a response names. */
export function answeredCmk(fields: AnswerFields): string | undefined {
  const { KeyId, KeyMetadata } = fields
  if (typeof KeyId === "string") return KeyId
  if (typeof KeyMetadata !== "object" || Array.isArray(KeyMetadata)) return undefined
  return answeredCmk(KeyMetadata as AnswerFields)
}

import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import type { Exchange } from "../http/exchange.ts"
import { nameOf, type Principal } from "../identity/principal.ts"
import type { Reading } from "./address.ts"
import type { OperationName } from "./operation-names.ts"

/** What became known about a request while it was handled. */
export interface Seen {
  reading?: Reading
  principal?: Principal
  accessKeyId?: string | undefined
  operation?: OperationName
  errorCode?: string
}

interface Answered extends Seen {
  readonly requestId: string
  readonly startedMs: number
  readonly status: number
}

interface RequestLog {
  readonly log: Log
  readonly clock: Clock
  /** Whether a request is logged at info; otherwise it is logged at debug. */
  readonly accessLog: boolean
}

/** A name too long to be stored may be as long as a whole head. */
const NAME_LENGTH_MAX = 1024

/**
 * Writes the log line of a request once its response is sent or its connection broke: who asked for what, and how it
 * ended. Never the query, which may hold a signature.
 */
export function logRequest(
  { log, clock, accessLog }: RequestLog,
  { head, sourceAddress, isSecure, whenEnded }: Exchange,
  { requestId, startedMs, status, ...seen }: Answered,
): void {
  if (!log.isLevelEnabled(accessLog ? "info" : "debug")) return
  const { reading, principal, operation, errorCode } = seen
  whenEnded(({ receivedBytes, sentBytes, isCut }) => {
    const line = {
      requestId,
      requester: principal && nameOf(principal),
      sourceAddress,
      secure: isSecure,
      method: head.method,
      operation,
      ...(reading === undefined ? pathOf(head.target) : namesOf(reading)),
      status,
      errorCode,
      bytesIn: receivedBytes,
      bytesOut: sentBytes,
      ms: clock.nowMs() - startedMs,
      ...(isCut ? { cut: true } : {}),
    }
    if (accessLog) log.info(line, "oss request")
    else log.debug(line, "oss request")
  })
}

function pathOf(target: string): { path: string } {
  const [path = ""] = target.split("?", 1)
  return { path: path.slice(0, NAME_LENGTH_MAX) }
}

function namesOf({ bucketName, objectKey }: Reading): Record<string, string> {
  return {
    ...(bucketName === "" ? {} : { bucket: bucketName.slice(0, NAME_LENGTH_MAX) }),
    ...(objectKey === "" ? {} : { object: objectKey.slice(0, NAME_LENGTH_MAX) }),
  }
}

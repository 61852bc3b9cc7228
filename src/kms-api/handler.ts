import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { uuid } from "../base/random.ts"
import type { AnswerToSend } from "../http/answer.ts"
import type { Exchange } from "../http/exchange.ts"
import type { AccessKeys } from "../identity/access-keys.ts"
import type { Caller } from "../identity/caller.ts"
import type { Principal } from "../identity/principal.ts"
import type { RecentRequests } from "../identity/recent-requests.ts"
import type { KeyService } from "../kms/key-service.ts"
import { KmsError } from "../kms/kms-error.ts"
import {
  type Answer,
  type AnswerFields,
  type AnswerFormat,
  renderError,
  renderSuccess,
} from "./answers.ts"
import { authenticate } from "./authenticate.ts"
import { ApiError, toApiError } from "./errors.ts"
import { checkNeeds } from "./needs.ts"
import { createNonceMemory } from "./nonces.ts"
import { answeredCmk, logRequest, namedCmk, type Seen } from "./request-log.ts"
import type { Call, Operation } from "./operation.ts"
import { type OperationName, UNIMPLEMENTED_NAMES } from "./operation-names.ts"
import { findOperation } from "./operations/index.ts"
import type { Parameters } from "./parameters.ts"
import { answerFormat, checkBody, type KmsRequest, readAction, readRequest } from "./request.ts"
import { parseAcs3Authorization } from "./signature-acs3.ts"

/** May take time, and may throw: then the request gets that error, and nothing is done. */
export type BeforeKmsOperation = (exchange: Exchange, operation: OperationName) => Promise<void>

/** About 20 MB. At 100 requests a second, this is longer than a nonce must be remembered. */
const NONCE_COUNT_MAX = 200_000

interface KmsHandlerSettings {
  readonly keyService: KeyService
  readonly accessKeys: AccessKeys
  readonly clock: Clock
  readonly region: string
  readonly accountId: string
  readonly log: Log
  /** Called for every request that is correctly signed and understood. */
  readonly beforeOperation?: BeforeKmsOperation | undefined
  /** Receives the outcome of every request whose action is known. */
  readonly requests?: Pick<RecentRequests, "add">
}

/** Handles requests of the KMS protocol; never rejects. The server must accept heads of at least 64 KiB. */
export function createKmsHandler(
  settings: KmsHandlerSettings,
): (exchange: Exchange) => Promise<void> {
  const { keyService, accessKeys, clock, region, accountId, log, beforeOperation } = settings
  const nonces = createNonceMemory(NONCE_COUNT_MAX)
  const scope = { region, accountId }
  const hostId = `kms.${region}.aliyuncs.com`

  return async (exchange) => {
    const requestId = uuid().toUpperCase()
    const startedMs = clock.nowMs()
    const seen: Seen = {}
    let format: AnswerFormat = "json"
    let answer: Answer
    try {
      const request = await readRequest(exchange, accessKeys)
      format = answerFormat(request)
      const operation = requireOperation(readAction(request))
      seen.action = operation.name
      seen.cmk = namedCmk(request.parameters)
      const principal = await authenticate(request, { accessKeys, nonces, clock })
      seen.principal = principal
      seen.accessKeyId = signerOf(request)
      checkBody(request)
      await beforeOperation?.(exchange, operation.name)
      const fields = await runTried(operation, request.parameters, async () => {
        const caller = callerOf(exchange, principal, clock.nowMs())
        const call: Call = { caller, keyService, scope }
        checkNeeds(operation, call)
        return operation.run(call, request.parameters)
      })
      answer = renderSuccess(format, operation.name, requestId, fields)
      seen.cmk = answeredCmk(fields) ?? seen.cmk
    } catch (thrown) {
      const error = toApiError(thrown)
      answer = renderError(format, requestId, hostId, error)
      seen.code = error.code
      if (thrown instanceof KmsError) seen.cmk = thrown.about ?? seen.cmk
      if (error.code === "InternalFailure") {
        log.error({ requestId, action: seen.action, err: thrown }, "kms request failed")
      }
    }
    try {
      await exchange.send(toSend(requestId, answer))
    } finally {
      logRequest({ log, clock }, exchange, { requestId, startedMs, status: answer.status, ...seen })
    }
    if (seen.action !== undefined) {
      const atMs = clock.nowMs()
      settings.requests?.add({
        requestId,
        atMs,
        door: "kms",
        action: `kms:${seen.action}`,
        caller: seen.accessKeyId ?? "",
        cmkId: seen.cmk,
        sourceAddress: exchange.sourceAddress,
        status: answer.status,
        errorCode: seen.code,
        ms: atMs - startedMs,
      })
    }
  }
}

/** For a request whose signature is correct. */
function signerOf(request: KmsRequest): string {
  return request.signedBy === "header"
    ? parseAcs3Authorization(request).accessKeyId
    : (request.parameters.get("AccessKeyId") ?? "")
}

function callerOf(
  { sourceAddress, isSecure }: Exchange,
  principal: Principal,
  atMs: number,
): Caller {
  return { principal, sourceAddress, isSecure, atMs }
}

function requireOperation(action: string): Operation {
  const operation = findOperation(action)
  if (operation !== undefined) return operation
  if (!UNIMPLEMENTED_NAMES.has(action)) throw new ApiError("InvalidApi.NotFound")
  throw new ApiError(
    "UnsupportedOperation",
    `The action ${action} is not implemented by this server.`,
  )
}

/** With DryRun=true the response is always an error, which states what would have happened. */
async function runTried(
  operation: Operation,
  parameters: Parameters,
  run: () => Promise<AnswerFields>,
): Promise<AnswerFields> {
  if (!isTried(parameters)) return run()
  if (!operation.takesDryRun) {
    throw new ApiError("UnsupportedOperation", `The action ${operation.name} takes no DryRun.`)
  }
  try {
    await run()
  } catch (thrown) {
    const error = toApiError(thrown)
    if (error.code === "InternalFailure") throw thrown
    const code = error.code === "Forbidden.NoPermission" ? "AccessDeniedError" : "ValidationError"
    throw new ApiError(code, error.message)
  }
  throw new ApiError("DryRunOperationError")
}

/** Throws ApiError for a value that is neither true nor false: what was only to be tried must not be done. */
function isTried(parameters: Parameters): boolean {
  const given = parameters.get("DryRun")?.toLowerCase() ?? ""
  if (given === "" || given === "false") return false
  if (given === "true") return true
  throw new ApiError("InvalidParameter", "The parameter DryRun must be true or false.")
}

function toSend(requestId: string, { status, contentType, body }: Answer): AnswerToSend {
  return {
    status,
    headers: [
      ["Content-Type", contentType],
      ["Cache-Control", "no-store"],
      ["x-acs-request-id", requestId],
      ...(status === 503 ? [["Retry-After", "1"] as const] : []),
    ],
    body: { kind: "pieces", pieces: [Buffer.from(body)] },
  }
}

import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { uuid } from "../base/random.ts"
import type { AnswerToSend } from "../http/answer.ts"
import type { Exchange } from "../http/exchange.ts"
import type { AccessKeys } from "../identity/access-keys.ts"
import type { Caller } from "../identity/caller.ts"
import type { Principal } from "../identity/principal.ts"
import type { RecentRequest, RecentRequests } from "../identity/recent-requests.ts"
import type { KeyService } from "../kms/key-service.ts"
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
import type { Call, Operation } from "./operation.ts"
import { UNIMPLEMENTED_NAMES } from "./operation-names.ts"
import { findOperation } from "./operations/index.ts"
import type { Parameters } from "./parameters.ts"
import { answerFormat, type KmsRequest, readAction, readRequest } from "./request.ts"
import { parseAcs3Authorization } from "./signature-acs3.ts"

/** About 20 MB, and at 100 requests a second longer than a nonce needs to be remembered. */
const NONCE_COUNT_MAX = 200_000

interface KmsHandlerSettings {
  readonly keyService: KeyService
  readonly accessKeys: AccessKeys
  readonly clock: Clock
  readonly region: string
  readonly accountId: string
  readonly log: Log
  /** Takes what came of every request whose action is known. */
  readonly requests?: RecentRequests
}

/** Answers requests of the KMS protocol; never rejects. The server must take heads of at least 64 KiB. */
export function createKmsHandler(
  settings: KmsHandlerSettings,
): (exchange: Exchange) => Promise<void> {
  const { keyService, accessKeys, clock, region, accountId, log } = settings
  const nonces = createNonceMemory(NONCE_COUNT_MAX)
  const scope = { region, accountId }
  const hostId = `kms.${region}.aliyuncs.com`

  return async (exchange) => {
    const requestId = uuid().toUpperCase()
    let format: AnswerFormat = "json"
    let action: string | undefined
    let answer: Answer
    const startedMs = clock.nowMs()
    const seen: Seen = { caller: "", cmkId: undefined, errorCode: undefined }
    try {
      const request = await readRequest(exchange, accessKeys)
      format = answerFormat(request)
      const operation = requireOperation(readAction(request))
      action = operation.name
      seen.cmkId = request.parameters.get("KeyId")
      const principal = await authenticate(request, { accessKeys, nonces, clock })
      seen.caller = signerOf(request)
      const fields = await runTried(operation, request.parameters, async () => {
        const caller = callerOf(exchange, principal, clock.nowMs())
        const call: Call = { caller, keyService, scope }
        checkNeeds(operation, call)
        return operation.run(call, request.parameters)
      })
      seen.cmkId = cmkOf(fields) ?? seen.cmkId
      answer = renderSuccess(format, action, requestId, fields)
      log.info({ requestId, action, status: answer.status }, "kms request")
    } catch (thrown) {
      const error = toApiError(thrown)
      seen.errorCode = error.code
      answer = renderError(format, requestId, hostId, error)
      const line = { requestId, action, status: error.status, code: error.code }
      if (error.code === "InternalFailure")
        log.error({ ...line, err: thrown }, "kms request failed")
      else log.info(line, "kms request refused")
    }
    if (action !== undefined) {
      const atMs = clock.nowMs()
      settings.requests?.add({
        ...seen,
        requestId,
        atMs,
        door: "kms",
        action: `kms:${action}`,
        sourceAddress: exchange.sourceAddress,
        status: answer.status,
        ms: atMs - startedMs,
      })
    }
    await exchange.send(toSend(requestId, answer))
  }
}

/** What was found out about a request on its way, for the list of recent requests. */
type Seen = {
  -readonly [Name in "caller" | "cmkId" | "errorCode"]: RecentRequest[Name]
}

/** Of a request whose signature was right. */
function signerOf(request: KmsRequest): string {
  return request.signedBy === "header"
    ? parseAcs3Authorization(request).accessKeyId
    : (request.parameters.get("AccessKeyId") ?? "")
}

function cmkOf({ KeyId, KeyMetadata }: AnswerFields): string | undefined {
  if (typeof KeyId === "string") return KeyId
  const made = typeof KeyMetadata === "object" && "KeyId" in KeyMetadata ? KeyMetadata["KeyId"] : ""
  return typeof made === "string" && made !== "" ? made : undefined
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

/** With DryRun=true the answer is always an error, which tells what would have come. */
async function runTried(
  operation: Operation,
  parameters: Parameters,
  run: () => Promise<AnswerFields>,
): Promise<AnswerFields> {
  if (parameters.get("DryRun")?.toLowerCase() !== "true") return run()
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

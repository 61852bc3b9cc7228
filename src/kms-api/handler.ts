import type { IncomingMessage, ServerResponse } from "node:http"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { uuid } from "../base/random.ts"
import type { AccessKeys } from "../identity/access-keys.ts"
import type { Caller } from "../identity/caller.ts"
import type { Principal } from "../identity/principal.ts"
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
import { answerFormat, readAction, readRequest } from "./request.ts"

/** About 20 MB, and at 100 requests a second longer than a nonce needs to be remembered. */
const NONCE_COUNT_MAX = 200_000

interface KmsHandlerSettings {
  readonly keyService: KeyService
  readonly accessKeys: AccessKeys
  readonly clock: Clock
  readonly region: string
  readonly accountId: string
  readonly log: Log
}

type KmsHandler = (message: IncomingMessage, response: ServerResponse) => Promise<void>

/** Answers requests of the KMS protocol; never rejects. The server must take heads of at least 64 KiB. */
export function createKmsHandler(settings: KmsHandlerSettings): KmsHandler {
  const { keyService, accessKeys, clock, region, accountId, log } = settings
  const nonces = createNonceMemory(NONCE_COUNT_MAX)
  const scope = { region, accountId }
  const hostId = `kms.${region}.aliyuncs.com`

  return async (message, response) => {
    const requestId = uuid().toUpperCase()
    let format: AnswerFormat = "json"
    let action: string | undefined
    let answer: Answer
    try {
      const request = await readRequest(message)
      format = answerFormat(request)
      const operation = requireOperation(readAction(request))
      action = operation.name
      const principal = await authenticate(request, { accessKeys, nonces, clock })
      const fields = await runTried(operation, request.parameters, async () => {
        const caller = callerOf(message, principal, clock.nowMs())
        const call: Call = { caller, keyService, scope }
        checkNeeds(operation, call)
        return operation.run(call, request.parameters)
      })
      answer = renderSuccess(format, action, requestId, fields)
      log.info({ requestId, action, status: answer.status }, "kms request")
    } catch (thrown) {
      const error = toApiError(thrown)
      answer = renderError(format, requestId, hostId, error)
      const line = { requestId, action, status: error.status, code: error.code }
      if (error.code === "InternalFailure")
        log.error({ ...line, err: thrown }, "kms request failed")
      else log.info(line, "kms request refused")
    }
    send(message, response, requestId, answer)
  }
}

function callerOf({ socket }: IncomingMessage, principal: Principal, atMs: number): Caller {
  const isSecure = "encrypted" in socket
  return { principal, sourceAddress: socket.remoteAddress ?? "", isSecure, atMs }
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

function send(
  message: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  { status, contentType, body }: Answer,
): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": bytes.length,
    "cache-control": "no-store",
    "x-acs-request-id": requestId,
    // A body that was not read to its end would be taken for the next request.
    ...(message.complete ? {} : { connection: "close" }),
  })
  response.end(bytes)
}

import { randomBytes } from "../base/random.ts"
import type { AnswerToSend } from "../http/answer.ts"
import type { Exchange } from "../http/exchange.ts"
import { isSame } from "./sign-in/challenges.ts"
import { toAdminError } from "./error-codes.ts"
import { AdminError } from "./errors.ts"
import { createFindOperation, type FoundOperation } from "./find-operation.ts"
import { readInput } from "./input.ts"
import { checkNeeds } from "./needs.ts"
import type { AdminParts, Call, Contract, SignedInCall } from "./operation.ts"
import { OPERATIONS } from "./operations/index.ts"
import { showPreview } from "./preview-answer.ts"
import { type AdminRequest, readRequest } from "./request.ts"
import { DATA_HEADERS, pageHeaders } from "./security-headers.ts"
import { sessionToken } from "./session-cookie.ts"
import type { StaticFiles } from "./static-files.ts"

export interface AdminDoor extends AdminParts {
  readonly files: StaticFiles
  /** Origins of the console in addition to its own, for a proxy in front of it. */
  readonly consoleOrigins: readonly string[]
}

/** The console listener's handler: the admin API, previews of objects and the console's files. Never rejects. */
export function createAdminHandler(door: AdminDoor): (exchange: Exchange) => Promise<void> {
  const find = createFindOperation(Object.values(OPERATIONS))
  return async (exchange) => {
    const observed: Observed = {
      requestId: randomBytes(12).toString("hex").toUpperCase(),
      headers: [],
    }
    const startedMs = door.clock.nowMs()
    let answer: AnswerToSend
    try {
      const request = readRequest(exchange, door.consoleOrigins)
      answer = await answerRequest(door, find, { exchange, request, observed })
    } catch (thrown) {
      answer = refuse(door, observed, toAdminError(thrown))
    }
    record(door, observed, { exchange, startedMs, status: answer.status })
    await exchange.send(answer)
  }
}

/** What became known about a request while it was handled. */
interface Observed {
  readonly requestId: string
  /** Further headers of the response. */
  readonly headers: (readonly [name: string, value: string])[]
  operation?: FoundOperation["operation"]
  accessKeyId?: string
  cmkId?: string | undefined
  errorCode?: string
}

interface Received {
  readonly exchange: Exchange
  readonly request: AdminRequest
  readonly observed: Observed
}

async function answerRequest(
  door: AdminDoor,
  find: (request: AdminRequest) => FoundOperation | undefined,
  received: Received,
): Promise<AnswerToSend> {
  const { request, observed } = received
  const { path, method } = request
  if (path.startsWith("/api/")) {
    const found = find(request)
    if (found === undefined) throw new AdminError("NotFound")
    observed.operation = found.operation
    return await answerOperation(door, found, received)
  }
  if (method !== "GET" && method !== "HEAD") throw new AdminError("MethodNotAllowed")
  if (path.startsWith("/preview/")) {
    return await showPreview(await signIn(door, received))
  }
  const ossEndpoint = door.facts.endpointFor("oss", request.reached)
  return door.files.answer(request, pageHeaders(ossEndpoint))
}

/** The pipeline. Its order decides which error wins. */
async function answerOperation(
  door: AdminDoor,
  { operation, segments }: FoundOperation,
  received: Received,
): Promise<AnswerToSend> {
  const { exchange, request, observed } = received
  if (operation.session === "none") {
    const input = await readInput(operation, { segments, request, exchange })
    return success(observed, await operation.run(callOf(door, received), input))
  }
  const call = await signIn(door, received)
  if (operation.method !== "GET") checkCsrfToken(call)
  if (operation.session === "fresh" && call.session.freshUntilMs <= door.clock.nowMs()) {
    throw new AdminError("ReauthenticationNeeded")
  }
  const input = await readInput(operation, { segments, request, exchange })
  observed.cmkId = segments.get("cmkId")
  checkNeeds(call, operation.needs(call, input))
  return success(observed, await operation.run(call, input))
}

function callOf(door: AdminDoor, { request, observed }: Received): Call {
  return {
    ...door,
    request,
    setHeader: (name, value) => void observed.headers.push([name, value]),
    noteCmk: (cmkId) => {
      observed.cmkId = cmkId
    },
  }
}

/** Throws NotSignedIn. */
async function signIn(door: AdminDoor, received: Received): Promise<SignedInCall> {
  const { exchange, request, observed } = received
  const token = sessionToken(request)
  const session = token === undefined ? undefined : await door.sessions.find(token)
  if (session === undefined) throw new AdminError("NotSignedIn")
  observed.accessKeyId = session.accessKeyId
  const caller = {
    principal: session.accessKey.principal,
    sourceAddress: exchange.sourceAddress,
    isSecure: request.reached.isSecure,
    atMs: door.clock.nowMs(),
  }
  return { ...callOf(door, received), caller, session }
}

function checkCsrfToken({ request, session }: SignedInCall): void {
  const token = request.headers.get("x-csrf-token") ?? ""
  if (!isSame(token, session.csrfToken)) throw new AdminError("CsrfTokenInvalid")
}

function success({ requestId, headers }: Observed, output: unknown): AnswerToSend {
  const common = [...DATA_HEADERS, ["x-osseal-request-id", requestId], ...headers] as const
  if (output === undefined) return { status: 204, headers: common, body: { kind: "none" } }
  return jsonAnswer(200, common, output)
}

function refuse(door: AdminDoor, observed: Observed, error: AdminError): AnswerToSend {
  const { requestId } = observed
  observed.errorCode = error.code
  if (error.code === "InternalFailure" || error.code === "ObjectDamaged") {
    door.log.error({ requestId, err: error.cause }, "console request failed")
  }
  const { code, message, field, retryAfterSeconds } = error
  const retry = retryAfterSeconds ?? (error.status === 503 ? 1 : undefined)
  return jsonAnswer(
    error.status,
    [
      ...DATA_HEADERS,
      ["x-osseal-request-id", requestId],
      ...(retry === undefined ? [] : [["Retry-After", String(retry)] as const]),
    ],
    { code, message, requestId, ...(field === undefined ? {} : { field }) },
  )
}

function jsonAnswer(
  status: number,
  headers: AnswerToSend["headers"],
  content: unknown,
): AnswerToSend {
  return {
    status,
    headers: [...headers, ["Content-Type", "application/json; charset=utf-8"]],
    body: { kind: "pieces", pieces: [Buffer.from(JSON.stringify(content))] },
  }
}

/** Recent operations leave out requests that did nothing: reads that succeed, and pages that ask who is signed in. */
function record(
  door: AdminDoor,
  observed: Observed,
  {
    exchange,
    startedMs,
    status,
  }: { readonly exchange: Exchange; readonly startedMs: number; readonly status: number },
): void {
  const { operation, requestId, accessKeyId = "", cmkId, errorCode } = observed
  const nowMs = door.clock.nowMs()
  const ms = nowMs - startedMs
  const line = { requestId, operation: operation?.name, accessKeyId, status, code: errorCode, ms }
  if (operation === undefined || isIdle(operation, errorCode)) {
    door.log.debug(line, "console request")
    return
  }
  door.log.info(line, "console request")
  door.requests.add({
    requestId,
    atMs: nowMs,
    door: "console",
    action: `console:${operation.name}`,
    caller: accessKeyId,
    sourceAddress: exchange.sourceAddress,
    cmkId,
    status,
    errorCode,
    ms,
  })
}

function isIdle({ name, method }: Contract, errorCode: string | undefined): boolean {
  if (errorCode === undefined) return method === "GET" || name === "createChallenge"
  return method === "GET" && errorCode === "NotSignedIn"
}

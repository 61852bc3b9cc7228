import { type Clock, httpDate } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { randomBytes, uuid } from "../base/random.ts"
import type { AnswerToSend } from "../http/answer.ts"
import type { Exchange } from "../http/exchange.ts"
import type { AccessKeys } from "../identity/access-keys.ts"
import type { Caller } from "../identity/caller.ts"
import type { RecentRequests } from "../identity/recent-requests.ts"
import { loadBucket } from "../objects/buckets.ts"
import { type BucketName, parseBucketName, parseObjectKey } from "../objects/names.ts"
import type { ObjectStore } from "../objects/object-store.ts"
import { checkBucketRight, checkObjectRight, checkTargetRight } from "../objects/rights.ts"
import { CURRENT, type VersionSelector } from "../objects/rows/version-rows.ts"
import type { Target } from "../objects/target.ts"
import { otherProduct } from "./address.ts"
import { authenticate, type Authenticated } from "./auth/authenticate.ts"
import { checkSigned } from "./authorize.ts"
import { checkContentMd5 } from "./content-md5.ts"
import { readEncryptionHeaders } from "./encryption-header.ts"
import { errorAnswer, toOssError } from "./error-answer.ts"
import { OssError } from "./errors.ts"
import { createFindOperation, type FindOperation } from "./find-operation.ts"
import { checkAskedFor } from "./header-rules.ts"
import { checkNeeds } from "./needs.ts"
import type { OperationName } from "./operation-names.ts"
import type {
  Answer,
  Call,
  Headers,
  IncomingBody,
  Needs,
  ObjectOperation,
  Operation,
  Settings,
} from "./operation.ts"
import { logRequest, type Seen } from "./request-log.ts"
import { hostOf, parseRequest, type OssRequest } from "./request.ts"
import { selectorOf } from "./version-id.ts"
import { writeXml } from "../base/xml-write.ts"

/** An operation that a request asked for, before any of it is done. */
export interface OssOperationAsked {
  readonly operation: OperationName
  /** "" where the operation has none. */
  readonly bucketName: string
  readonly objectKey: string
}

/** May take time, and may throw: then the request gets that error, and nothing is done. */
export type BeforeOssOperation = (exchange: Exchange, asked: OssOperationAsked) => Promise<void>

export interface OssDoor {
  readonly operations: Readonly<Record<OperationName, Operation>>
  readonly store: ObjectStore
  readonly accessKeys: AccessKeys
  readonly clock: Clock
  readonly settings: Settings
  readonly log: Log
  /** Called for every request that is correctly signed and understood. */
  readonly beforeOperation?: BeforeOssOperation | undefined
  /** Receives the outcome of every request that changes buckets. */
  readonly requests?: Pick<RecentRequests, "add"> | undefined
  /** Whether every request is logged at info; otherwise it is logged at debug. */
  readonly accessLog: boolean
}

/** The OSS listener's handler: one request in, one response out. Never throws for anything that a client can send. */
export function createOssHandler(door: OssDoor): (exchange: Exchange) => Promise<void> {
  const find = createFindOperation(Object.values(door.operations))
  return async (exchange) => {
    const startedMs = door.clock.nowMs()
    const hostId = hostOf(exchange.head)
    const product = otherProduct(hostId, door.settings.domains)
    if (product !== undefined) {
      const refused = { requestId: uuid().toUpperCase(), errorCode: "InvalidAction.NotFound" }
      await exchange.send(notThisProduct(product, hostId, refused.requestId))
      logRequest(door, exchange, { ...refused, startedMs, status: 404 })
      return
    }
    const requestId = randomBytes(12).toString("hex").toUpperCase()
    const seen: Seen = {}
    const answer = await answerOrError(door, find, { exchange, requestId, seen })
    const nowMs = door.clock.nowMs()
    const common: Headers = [
      ["Server", "AliyunOSS"],
      ["Date", httpDate(nowMs)],
      ["x-oss-request-id", requestId],
      ["x-oss-server-time", String(nowMs - startedMs)],
    ]
    try {
      await exchange.send(toSend(answer, common))
    } finally {
      const done = { requestId, startedMs, status: answer.status, ...seen }
      logRequest(door, exchange, done)
      noteAdministration(door, exchange, done)
    }
  }
}

/** The operations that appear in the console's list of recent operations. */
const ADMINISTRATION: ReadonlySet<OperationName | undefined> = new Set<OperationName>([
  "PutBucket",
  "DeleteBucket",
  "PutBucketAcl",
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketVersioning",
])

function noteAdministration(
  { clock, requests }: OssDoor,
  { sourceAddress }: Exchange,
  done: Seen & {
    readonly requestId: string
    readonly startedMs: number
    readonly status: number
  },
): void {
  const { operation, requestId, startedMs, status, errorCode } = done
  if (requests === undefined || !ADMINISTRATION.has(operation)) return
  const atMs = clock.nowMs()
  requests.add({
    requestId,
    atMs,
    door: "oss",
    action: `oss:${operation}`,
    caller: done.accessKeyId ?? "",
    sourceAddress,
    cmkId: undefined,
    status,
    errorCode,
    ms: atMs - startedMs,
  })
}

interface Observed {
  readonly exchange: Exchange
  readonly requestId: string
  readonly seen: Seen
}

async function answerOrError(
  door: OssDoor,
  find: FindOperation,
  observed: Observed,
): Promise<Answer> {
  const { exchange, requestId, seen } = observed
  try {
    return await answerRequest(door, find, observed)
  } catch (thrown) {
    const error = toOssError(thrown, door.log, requestId)
    seen.errorCode = error.code
    return errorAnswer(error, {
      method: exchange.head.method,
      requestId,
      hostId: hostOf(exchange.head),
    })
  }
}

/** The pipeline. Its order decides which error wins. */
async function answerRequest(
  door: OssDoor,
  find: FindOperation,
  { exchange, seen }: Observed,
): Promise<Answer> {
  const { settings, store } = door
  const request = parseRequest(exchange.head, settings.domains)
  seen.reading = request.readings[0]
  const surroundings = { ...door, region: settings.region }
  const authenticated = await authenticate(request, surroundings).catch(async (error: unknown) => {
    await checkBucketOfStranger(store, find, request, error)
    throw error
  })
  seen.reading = authenticated.reading
  seen.principal = authenticated.principal
  seen.accessKeyId = authenticated.accessKeyId
  const found = find(request, authenticated.reading)
  const encryption = readEncryptionHeaders(
    request.headers,
    found.encryptionHeader,
    settings.encryptionHeaderOperations,
  )
  if ("refusal" in found) throw found.refusal
  checkAskedFor(found, request)
  seen.operation = found.name
  const { bucketName, objectKey } = authenticated.reading
  await door.beforeOperation?.(exchange, { operation: found.name, bucketName, objectKey })
  const caller: Caller = {
    principal: authenticated.principal,
    sourceAddress: exchange.sourceAddress,
    isSecure: exchange.isSecure,
    atMs: store.clock.nowMs(),
  }
  const run = await admit(store, found, { caller, request, reading: authenticated.reading })
  const body = openBody(found, exchange)
  const xml = await readXmlBody(found, request, exchange)
  return await run({ request, caller, store, clock: store.clock, settings, xml, body, encryption })
}

/**
 * A request signed with an unknown access key is told first that the bucket does not exist, unless the request would
 * create it. Source: the tests of Python v2, and how Go v2 checks whether a bucket exists. Throws NoSuchBucket.
 */
async function checkBucketOfStranger(
  store: ObjectStore,
  find: FindOperation,
  request: OssRequest,
  error: unknown,
): Promise<void> {
  if (!(error instanceof OssError) || error.code !== "InvalidAccessKeyId") return
  const [reading] = request.readings
  if (reading.bucketName === "") return
  const found = find(request, reading)
  const makesBucket = "target" in found && found.target === "bucket-name"
  if (!makesBucket) await loadBucket(store, parseBucketName(reading.bucketName))
}

interface Asked {
  readonly caller: Caller
  readonly request: OssRequest
  readonly reading: Authenticated["reading"]
}

/** Checks everything that the operation needs, and runs it. */
async function start<Target extends Call>(
  operation: { readonly needs: Needs<Target>; run(call: Target): Promise<Answer> },
  call: Target,
): Promise<Answer> {
  await checkNeeds(operation, call)
  return await operation.run(call)
}

/** Checks the ACLs. The function it returns checks what the operation needs, and runs it on what it addresses. */
async function admit(
  store: ObjectStore,
  operation: Operation,
  { caller, request, reading }: Asked,
): Promise<(call: Call) => Promise<Answer>> {
  if (operation.target === "service") {
    checkSigned(caller.principal)
    return (call) => start(operation, call)
  }
  const bucketName = parseBucketName(reading.bucketName)
  if (operation.target === "bucket-name") {
    checkSigned(caller.principal)
    return (call) => start(operation, { ...call, bucketName })
  }
  if (operation.target === "bucket") {
    const bucket = await loadBucket(store, bucketName)
    if (operation.acl === "account") checkSigned(caller.principal)
    else checkBucketRight(caller, bucket, ACCESS_OF_ACL[operation.acl])
    return (call) => start(operation, { ...call, bucketName, bucket })
  }
  if (operation.acl === "object-read" && /^[/\\]/.test(reading.objectKey)) {
    throw await missingName(store, bucketName, { caller, request, reading })
  }
  const objectKey = parseObjectKey(reading.objectKey)
  const bucket = await loadBucket(store, bucketName)
  const takesVersion = operation.match.versionId === true
  const selector = takesVersion ? selectorOf(request.parameter("versionId")) : CURRENT
  const target = { caller, bucket, objectKey }
  await checkObjectAccess(store, target, selector, operation.acl)
  return (call) => start(operation, { ...call, bucketName, bucket, objectKey, selector })
}

/** No object can have such a name, so a reader gets NoSuchKey. */
async function missingName(
  store: ObjectStore,
  bucketName: BucketName,
  { caller, reading }: Asked,
): Promise<OssError> {
  const bucket = await loadBucket(store, bucketName)
  checkObjectRight(caller, bucket, undefined, "read")
  return new OssError("NoSuchKey", { fields: { Key: reading.objectKey } })
}

const ACCESS_OF_ACL = { owner: "own", "bucket-read": "read", "bucket-write": "write" } as const

async function checkObjectAccess(
  store: ObjectStore,
  target: Target,
  selector: VersionSelector,
  acl: ObjectOperation["acl"],
): Promise<void> {
  const { caller, bucket } = target
  if (acl === "owner" || acl === "bucket-write") {
    checkBucketRight(caller, bucket, ACCESS_OF_ACL[acl])
    return
  }
  await checkTargetRight(store, target, selector, acl === "object-read" ? "read" : "write")
}

function openBody({ body }: Operation, exchange: Exchange): IncomingBody {
  const { declaredBytes } = exchange.body
  return { declaredBytes, chunks: body.kind === "stream" ? exchange.body.chunks(body) : NO_BODY }
}

/** An operation without a stream reads no body. */
const NO_BODY: AsyncIterable<Buffer> = {
  async *[Symbol.asyncIterator]() {
    // Nothing to yield.
  },
}

async function readXmlBody(
  operation: Operation,
  request: OssRequest,
  exchange: Exchange,
): Promise<Buffer> {
  if (operation.body.kind !== "xml") return Buffer.alloc(0)
  const xml = await exchange.body.whole(operation.body)
  checkContentMd5(request, xml)
  return xml
}

function toSend(answer: Answer, common: Headers): AnswerToSend {
  const { status, headers = [], body = { kind: "none" } } = answer
  if (body.kind !== "xml") return { status, headers: [...common, ...headers], body }
  const bytes = Buffer.from(writeXml(body.root))
  const xmlHeaders: Headers = [...common, ["Content-Type", "application/xml"], ...headers]
  return { status, headers: xmlHeaders, body: { kind: "pieces", pieces: [bytes] } }
}

/** In the format of the APIs that the host names, whose clients do not expect OSS XML. */
function notThisProduct(product: string, hostId: string, requestId: string): AnswerToSend {
  const error = {
    RequestId: requestId,
    HostId: hostId,
    Code: "InvalidAction.NotFound",
    Message: `This is an OSS endpoint; the service ${product} is not here.`,
  }
  const bytes = Buffer.from(`${JSON.stringify(error)}\n`)
  return {
    status: 404,
    headers: [["Content-Type", "application/json"]],
    body: { kind: "pieces", pieces: [bytes] },
  }
}

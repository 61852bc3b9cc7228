import { BodyTooLarge } from "../http/body.ts"
import type { Exchange } from "../http/exchange.ts"
import type { AccessKeys } from "../identity/access-keys.ts"
import type { AnswerFormat } from "./answers.ts"
import { ApiError } from "./errors.ts"
import { mergeParameters, type Parameters, parseParameters } from "./parameters.ts"

const API_VERSION = "2016-01-20"

/** More than the longest parameters of any operation need, and as much as a URL can hold. */
const BODY_BYTES_MAX = 128 * 1024

/** How much is read before it is known who may have sent it: more than any operation of the service needs. */
const STRANGERS_BODY_BYTES_MAX = 64 * 1024

/** A request to the KMS listener, read whole and parsed; nothing in it is trusted yet. */
export interface KmsRequest {
  readonly method: "GET" | "POST"
  readonly query: Parameters
  /** From the query and the form. */
  readonly parameters: Parameters
  readonly headers: Headers
  readonly body: Buffer
  /** How the request says that it is signed: ACS3 in a header, V1 in the parameters. */
  readonly signedBy: "header" | "parameters"
}

/** Header values by lower-case name, as many as were sent. */
export type Headers = ReadonlyMap<string, readonly string[]>

/**
 * Reads a request. A sender whose head names an existing access key may send 128 KiB. From anybody else little is
 * read, and only at a minimum pace. Throws ApiError, and what reading a body throws.
 */
export async function readRequest(
  { head, body: incoming }: Exchange,
  accessKeys: AccessKeys,
): Promise<KmsRequest> {
  const { method } = head
  if (method !== "GET" && method !== "POST") throw new ApiError("UnsupportedHTTPMethod")
  const headers = collectHeaders(head.rawHeaders)
  const query = parseParameters(queryOf(head.target))
  const isKnown = await isAccessKeyKnown(accessKeys, headers, query)
  const body = await readBody(incoming, isKnown)
  const form = isForm(headers) ? parseParameters(body.toString("latin1")) : new Map()
  return {
    method,
    query,
    parameters: mergeParameters(query, form),
    headers,
    body,
    signedBy: headers.has("authorization") ? "header" : "parameters",
  }
}

/** Whether the head names an existing access key, which proves nothing. */
async function isAccessKeyKnown(
  accessKeys: AccessKeys,
  headers: Headers,
  query: Parameters,
): Promise<boolean> {
  const [authorization = ""] = headers.get("authorization") ?? []
  const accessKeyId = /\bCredential=([^,\s]+)/.exec(authorization)?.[1] ?? query.get("AccessKeyId")
  return accessKeyId !== undefined && (await accessKeys.find(accessKeyId)) !== undefined
}

/** The value of a header that may be given once. Throws ApiError when it is given twice. */
export function singleHeader(headers: Headers, name: string): string | undefined {
  const values = headers.get(name) ?? []
  if (values.length <= 1) return values[0]
  throw new ApiError("IncompleteSignature", `The header ${name} is given more than once.`)
}

/** Throws ApiError for a body that is no form, such as JSON: to ignore it would do something other than was asked. */
export function checkBody({ headers, body }: KmsRequest): void {
  if (body.length === 0 || isForm(headers)) return
  throw new ApiError(
    "ParseRequestParameterException",
    "Parameters in the body must be application/x-www-form-urlencoded.",
  )
}

/** What the request asks for. Throws ApiError when it does not say, says two things, or asks for another version. */
export function readAction(request: KmsRequest): string {
  const action = readSystemParameter(request, "Action", "x-acs-action")
  if (action === undefined) throw new ApiError("MissingAction")
  const version = readSystemParameter(request, "Version", "x-acs-version")
  if (version === undefined) throw new ApiError("MissingVersion")
  if (version !== API_VERSION) throw new ApiError("InvalidVersion")
  return action
}

/** JSON, unless the request asks for XML. */
export function answerFormat({ parameters, headers, signedBy }: KmsRequest): AnswerFormat {
  const format = parameters.get("Format")
  if (format !== undefined) return format.toLowerCase() === "xml" ? "xml" : "json"
  if (signedBy === "parameters") return "json"
  const accept = headers.get("accept")?.join(",") ?? ""
  return /\/xml/i.test(accept) && !/\/json/i.test(accept) ? "xml" : "json"
}

/**
 * Only what is signed counts: with ACS3 the header (a parameter of that name must not differ), otherwise the parameter.
 */
function readSystemParameter(
  { parameters, headers, signedBy }: KmsRequest,
  name: string,
  headerName: string,
): string | undefined {
  const parameter = parameters.get(name)
  if (signedBy === "parameters") return parameter
  const header = singleHeader(headers, headerName)
  if (parameter === undefined || parameter === header) return header
  throw new ApiError("InvalidParameter", `${name} and the header ${headerName} differ.`)
}

function queryOf(target: string): string {
  const [path, ...rest] = target.split("?")
  if (path !== "/") throw new ApiError("InvalidApi.NotFound")
  return rest.join("?")
}

function collectHeaders(rawHeaders: readonly string[]): Headers {
  const headers = new Map<string, string[]>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase()
    const values = headers.get(name) ?? []
    headers.set(name, [...values, (rawHeaders[index + 1] ?? "").trim()])
  }
  return headers
}

function isForm(headers: Headers): boolean {
  const contentType = singleHeader(headers, "content-type") ?? ""
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)
}

async function readBody(body: Exchange["body"], isKnown: boolean): Promise<Buffer> {
  const bytesMax = isKnown ? BODY_BYTES_MAX : STRANGERS_BODY_BYTES_MAX
  try {
    return await body.whole({ bytesMax, keepsPace: !isKnown })
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error
    throw new ApiError("InvalidParameter", `The body is larger than ${bytesMax} bytes.`)
  }
}

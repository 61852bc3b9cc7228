import type { RequestHead } from "../http/exchange.ts"
import type { NameRefused } from "../objects/name-refused.ts"
import { OssError, invalidArgument } from "./errors.ts"
import { readAddress, type Reading } from "./address.ts"

export interface QueryParameter {
  readonly name: string
  /** "" when absent: `?acl` and `?acl=` are the same. */
  readonly value: string
}

/** A request as received, parsed once: signature, authorization and storage all see the same decoded bytes. */
export interface OssRequest {
  readonly method: string
  readonly rawTarget: string
  /** Decoded, in the order in which they were sent. */
  readonly query: readonly QueryParameter[]
  /** The value of a parameter, or undefined. */
  readonly parameter: (name: string) => string | undefined
  /** Lower-case names; values as latin1 text, byte for byte as received. */
  readonly headers: ReadonlyMap<string, string>
  /** What the address may mean: the reading whose signature matches wins, the first one otherwise. */
  readonly readings: readonly [Reading, ...Reading[]]
  readonly hostId: string
}

/**
 * Headers whose values are lists: those that RFC 9110 and related documents define as lists, and those that proxies add
 * a line of. They may be given twice, and their values are joined. Any other header that is given twice is refused.
 */
const REPEATABLE = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "baggage",
  "cache-control",
  "cdn-loop",
  "connection",
  "cookie",
  "forwarded",
  "if-match",
  "if-none-match",
  "pragma",
  "te",
  "tracestate",
  "trailer",
  "upgrade",
  "via",
  "warning",
])

/** `X-Forwarded-For` and its siblings; every proxy on the way may add one. */
const FORWARDED_PREFIX = "x-forwarded-"

function isRepeatable(name: string): boolean {
  return REPEATABLE.has(name) || name.startsWith(FORWARDED_PREFIX)
}

/** Throws OssError, but never NameRefused: names are parsed when the operation is known. */
export function parseRequest(
  { method, target: rawTarget, rawHeaders }: RequestHead,
  domains: readonly string[],
): OssRequest {
  const headers = parseHeaders(rawHeaders)
  const { path, queryText } = splitTarget(rawTarget)
  const { query, byName } = parseQuery(queryText)
  const host = headers.get("host") ?? ""
  return {
    method,
    rawTarget,
    query,
    parameter: (name) => byName.get(name),
    headers,
    readings: readAddress(host, path, domains, decodePath),
    hostId: host,
  }
}

/** From the raw list, because Node joins or drops what is given twice. */
function parseHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase()
    const value = trimHeader(rawHeaders[index + 1] ?? "")
    const earlier = headers.get(name)
    if (earlier !== undefined && !isRepeatable(name)) {
      throw invalidArgument(`The header ${name} is given twice.`, { name, value })
    }
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`)
  }
  return headers
}

/**
 * Removes the spaces and tabs around it, and nothing else: 0xA0, which JavaScript trims, ends some UTF-8 characters.
 */
function trimHeader(value: string): string {
  let start = 0
  let end = value.length
  while (isSpace(value[start])) start += 1
  while (end > start && isSpace(value[end - 1])) end -= 1
  return value.slice(start, end)
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t"
}

/**
 * An absolute-form target names its own host, which could differ from the Host header, so it is refused. So is anything
 * but printable ASCII.
 */
function splitTarget(rawTarget: string): { path: string; queryText: string } {
  if (!/^\/[\x21-\x7e]*$/.test(rawTarget)) {
    throw new OssError("BadRequest", {
      message: "The request target must start with a slash and be percent-encoded.",
    })
  }
  const mark = rawTarget.indexOf("?")
  return mark === -1
    ? { path: rawTarget, queryText: "" }
    : { path: rawTarget.slice(0, mark), queryText: rawTarget.slice(mark + 1) }
}

interface Query {
  readonly query: readonly QueryParameter[]
  readonly byName: ReadonlyMap<string, string>
}

function parseQuery(text: string): Query {
  const query: QueryParameter[] = []
  if (text === "") return { query, byName: new Map() }
  const byName = new Map<string, string>()
  for (const item of text.split("&")) {
    if (item === "") continue
    const equals = item.indexOf("=")
    const name = decodeQueryText(equals === -1 ? item : item.slice(0, equals))
    const value = equals === -1 ? "" : decodeQueryText(item.slice(equals + 1))
    if (byName.has(name)) {
      throw invalidArgument(`The parameter ${name} is given twice.`, { name, value })
    }
    byName.set(name, value)
    query.push({ name, value })
  }
  return { query, byName }
}

/** In a query "+" is a space: oss2 and the Go SDKs write it so. */
function decodeQueryText(text: string): string {
  return decodePercent(text.replaceAll("+", "%20"), (bad) =>
    invalidArgument("The query string is not percent-encoded UTF-8.", {
      name: "query",
      value: bad,
    }),
  )
}

/**
 * In a path, "+" is a space too, as the Ruby SDK writes it; a plus is "%2B". Throws InvalidArgument for a name that is
 * not UTF-8.
 */
function decodePath(text: string): string {
  return decodePercent(text.replaceAll("+", "%20"), (value) =>
    invalidArgument("The name is not percent-encoded UTF-8.", { name: "ObjectName", value }),
  )
}

function decodePercent(text: string, refusal: (text: string) => OssError): string {
  if (!text.includes("%")) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw refusal(text)
  }
}

/** The service's response to a name that breaks the grammar. */
export function errorOfName(refused: NameRefused): OssError {
  return refused.kind === "bucket"
    ? new OssError("InvalidBucketName", { fields: { BucketName: refused.text } })
    : new OssError("InvalidObjectName", {
        message: refused.message,
        fields: { ObjectName: refused.text },
      })
}

/** What an error calls the host, also for a request that could not be parsed. */
export function hostOf({ rawHeaders }: RequestHead): string {
  const index = rawHeaders.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === "host")
  return index === -1 ? "" : (rawHeaders[index + 1] ?? "")
}

import type { Exchange } from "../http/exchange.ts"
import { AdminError } from "./errors.ts"
import type { Reached } from "./server-facts.ts"

/** A browser's request, parsed. */
export interface AdminRequest {
  readonly method: string
  /** Not decoded, and without the query. */
  readonly path: string
  readonly query: ReadonlyMap<string, string>
  /** Names in lower case, values as latin1 text; when a header is given twice, the first value. */
  readonly headers: ReadonlyMap<string, string>
  readonly cookies: ReadonlyMap<string, string>
  readonly sourceAddress: string
  /** As the browser sees it: a proxy in front of the server may have terminated TLS. */
  readonly reached: Reached
  /** The page's origin, when it is the console's own; undefined for clients that are not browsers. */
  readonly origin: string | undefined
  /** The port in the Host header, otherwise the default of the scheme. */
  readonly port: string
}

/** The host becomes part of policies and addresses, so only a name or an address, with an optional port, is accepted. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

const PARAMETER_COUNT_MAX = 50
const COOKIE_COUNT_MAX = 100

/**
 * `consoleOrigins` are further origins of the console, for a proxy in front of it. Throws AdminError InvalidRequest,
 * and CsrfTokenInvalid for a page of another origin that sends anything but a GET.
 */
export function readRequest(exchange: Exchange, consoleOrigins: readonly string[]): AdminRequest {
  const { method, target, rawHeaders } = exchange.head
  const headers = new Map<string, string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase()
    if (!headers.has(name)) headers.set(name, rawHeaders[index + 1] ?? "")
  }
  const [path, query] = splitOnce(target, "?")
  const host = headers.get("host") ?? ""
  if (host !== "" && !HOST.test(host))
    throw new AdminError("InvalidRequest", "The Host header is not a valid host.")
  const { own, isForeign } = ownOrigin(headers.get("origin"), host, consoleOrigins)
  if (isForeign && method !== "GET" && method !== "HEAD") {
    throw new AdminError("CsrfTokenInvalid", "The request comes from a page of another origin.")
  }
  const isSecure = exchange.isSecure || own?.startsWith("https:") === true
  const [, hostName = "", port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? []
  return {
    method,
    path,
    query: readQuery(query),
    headers,
    cookies: readCookies(headers.get("cookie") ?? ""),
    sourceAddress: exchange.sourceAddress,
    reached: { hostName, isSecure },
    origin: own,
    port: port ?? (isSecure ? "443" : "80"),
  }
}

/** A proxy that terminates TLS keeps the host name, so both schemes are the console's own. */
function ownOrigin(
  origin: string | undefined,
  host: string,
  consoleOrigins: readonly string[],
): { readonly own: string | undefined; readonly isForeign: boolean } {
  if (origin === undefined) return { own: undefined, isForeign: false }
  const isOwn =
    origin === `http://${host}` || origin === `https://${host}` || consoleOrigins.includes(origin)
  return { own: isOwn ? origin : undefined, isForeign: !isOwn }
}

/** Whether a page of that origin may use the browser's cryptography, and nobody can intercept it. */
export function isSecureOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin)
  return (
    protocol === "https:" || /^(127(\.\d{1,3}){3}|\[::1\]|localhost|.*\.localhost)$/.test(hostname)
  )
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)]
}

function readQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>()
  for (const pair of text.split("&")) {
    if (pair === "") continue
    const [name, value] = splitOnce(pair, "=").map((each) => decode(each.replaceAll("+", " ")))
    if (name === undefined || query.has(name) || query.size >= PARAMETER_COUNT_MAX) {
      throw new AdminError("InvalidRequest", "A parameter is given twice, or there are too many.")
    }
    query.set(name, value ?? "")
  }
  return query
}

/** Throws AdminError for a bad escape, and for bytes that are not UTF-8. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new AdminError("InvalidRequest", "The address is not valid.")
  }
}

function readCookies(text: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of text.split(";", COOKIE_COUNT_MAX)) {
    const [name, value] = splitOnce(pair.trim(), "=")
    if (!cookies.has(name)) cookies.set(name, value)
  }
  return cookies
}

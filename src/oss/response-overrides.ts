import type { Principal } from "../identity/principal.ts"
import { invalidArgument, OssError } from "./errors.ts"
import type { Headers } from "./operation.ts"
import type { OssRequest } from "./request.ts"

/** The query parameter, and the response header that it replaces. */
const OVERRIDES = [
  ["response-content-type", "Content-Type"],
  ["response-content-language", "Content-Language"],
  ["response-expires", "Expires"],
  ["response-cache-control", "Cache-Control"],
  ["response-content-disposition", "Content-Disposition"],
  ["response-content-encoding", "Content-Encoding"],
] as const

/**
 * The response headers that a signed request overrides. Throws InvalidRequest for an anonymous request, and
 * InvalidArgument for a value that could end a header.
 */
export function readResponseOverrides(request: OssRequest, principal: Principal): Headers {
  return OVERRIDES.flatMap(([parameter, header]) => {
    const value = request.parameter(parameter)
    if (value === undefined) return []
    if (principal.kind === "anonymous") throw new OssError("InvalidRequest")
    return [[header, headerValue(parameter, value)] as const]
  })
}

/** The UTF-8 bytes of the value, as a header carries them. */
function headerValue(name: string, value: string): string {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw invalidArgument("A header holds no control characters.", { name, value })
  }
  return Buffer.from(value, "utf8").toString("latin1")
}

export function applyOverrides(headers: Headers, overrides: Headers): Headers {
  if (overrides.length === 0) return headers
  const replaced = new Set(overrides.map(([name]) => name))
  return [...headers.filter(([name]) => !replaced.has(name)), ...overrides]
}

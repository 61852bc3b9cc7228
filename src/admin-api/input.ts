import { isUtf8 } from "node:buffer"
import { z } from "zod"
import type { Exchange } from "../http/exchange.ts"
import { AdminError } from "./errors.ts"
import type { Operation } from "./operation.ts"
import type { AdminRequest } from "./request.ts"

/** Enough for everything but lists. Parsing takes time in proportion. */
const BODY_BYTES_MAX = 128 * 1024
/** Enough for a list of 10,000 parts with their ETags, or for a thousand long names. */
const LIST_BODY_BYTES_MAX = 4 * 1024 ** 2
/** For callers who are not signed in. */
const PUBLIC_BODY_BYTES_MAX = 16 * 1024

interface Received {
  readonly segments: ReadonlyMap<string, string>
  readonly request: AdminRequest
  readonly exchange: Exchange
}

/** The parameters and the body's fields together. Throws AdminError InvalidRequest, which names the field. */
export async function readInput(operation: Operation, received: Received): Promise<unknown> {
  const { segments, request, exchange } = received
  const given = { ...Object.fromEntries(request.query), ...Object.fromEntries(segments) }
  const parameters = parse(operation.parameters, given)
  if (operation.body instanceof z.ZodUndefined) return parameters
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    throw new AdminError("InvalidRequest", "The body must be application/json.")
  }
  const bytesMax = bodyBytesMax(operation)
  const bytes = await exchange.body.whole({ bytesMax, keepsPace: true })
  const body = parse(operation.body, parseJson(bytes))
  return Object.assign({}, parameters, body)
}

function bodyBytesMax({ session, takesList }: Operation): number {
  if (session === "none") return PUBLIC_BODY_BYTES_MAX
  return takesList ? LIST_BODY_BYTES_MAX : BODY_BYTES_MAX
}

function parse(schema: z.ZodType, given: unknown): unknown {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const unknownName = issue?.code === "unrecognized_keys" ? issue.keys : []
  const field = [...(issue?.path ?? []), ...unknownName.slice(0, 1)].map(String).join(".")
  const message = `${field === "" ? "The request" : field}: ${issue?.message ?? "not valid"}`
  throw new AdminError("InvalidRequest", message, { field })
}

function parseJson(bytes: Buffer): unknown {
  try {
    if (isUtf8(bytes)) return parseText(bytes.toString("utf8"))
  } catch (error) {
    if (error instanceof AdminError) throw error
  }
  throw new AdminError("InvalidRequest", "The body is not JSON.")
}

/** Only an escape can stand for half a character, and checking each member takes ten times as long as parsing. */
function parseText(text: string): unknown {
  return /\\u|__proto__/.test(text) ? JSON.parse(text, checkMember) : JSON.parse(text)
}

/**
 * Refuses what would be stored differently or dropped: half a character becomes another one in UTF-8, and schemas skip
 * `__proto__`, so a ciphertext would not be bound to it.
 */
function checkMember(name: string, value: unknown): unknown {
  if (name === "__proto__") {
    throw new AdminError("InvalidRequest", "The body has a member with the name __proto__.")
  }
  if (!name.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new AdminError("InvalidRequest", "The body has text that is not valid Unicode.")
  }
  return value
}

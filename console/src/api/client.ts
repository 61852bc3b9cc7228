import createClient, { type Middleware } from "openapi-fetch"
import { Failure } from "./failure.ts"
import type { paths } from "./schema.ts"

/** The token of the session, which every request that is not a GET carries. */
let csrfToken: string | undefined

/** Called only by the session. */
export function setCsrfToken(token: string | undefined): void {
  csrfToken = token
}

let onSessionEnded: () => void = () => undefined

/** `listener` runs when any response says that nobody is signed in. */
export function whenSessionEnds(listener: () => void): void {
  onSessionEnded = listener
}

/** What an unsuccessful response of the server says. */
export async function failureOf(response: Response): Promise<Failure> {
  const body: unknown = await response.json().catch(() => undefined)
  const field = (name: string): string | undefined => {
    const value: unknown =
      typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined
    return typeof value === "string" ? value : undefined
  }
  const retryAfter = response.headers.get("retry-after")
  return new Failure({
    code: field("code") ?? "Unexpected",
    message: field("message") ?? response.statusText,
    status: response.status,
    requestId: field("requestId") ?? response.headers.get("x-request-id") ?? undefined,
    retryAfterSeconds: retryAfter === null ? undefined : Number(retryAfter),
  })
}

const conventions: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== undefined && request.method !== "GET") {
      request.headers.set("x-csrf-token", csrfToken)
    }
    return request
  },
  async onResponse({ response }) {
    if (response.ok) return
    const failure = await failureOf(response)
    if (failure.code === "NotSignedIn") onSessionEnded()
    throw failure
  },
}

/** The admin API, typed by its OpenAPI document. A call throws Failure for every unsuccessful response. */
export const api = createClient<paths>({ baseUrl: window.location.origin })
api.use(conventions)

/** The body of a successful response. */
export async function dataOf<Data>(
  call: Promise<{ readonly data?: Data; readonly response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, response } = await call
  if (data === undefined || data === null) {
    throw new Failure({ code: "Unexpected", message: "no body", status: response.status })
  }
  return data
}

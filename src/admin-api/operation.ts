import { z } from "zod"
import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import type { AccessKeys } from "../identity/access-keys.ts"
import type { Caller } from "../identity/caller.ts"
import type { ConsoleSessions, Session } from "../identity/console-sessions.ts"
import type { Demand } from "../identity/judge.ts"
import type { RecentRequests } from "../identity/recent-requests.ts"
import type { KmsScope } from "../kms/cmk-reference.ts"
import type { KeyService } from "../kms/key-service.ts"
import type { ObjectStore } from "../objects/object-store.ts"
import type { AdminErrorCode } from "./errors.ts"
import type { Previews } from "./previews.ts"
import type { AdminRequest } from "./request.ts"
import type { ServerFacts } from "./server-facts.ts"
import type { Challenges } from "./sign-in/challenges.ts"
import type { SignInLimits } from "./sign-in/limits.ts"
import type { SignInLinks } from "./sign-in/links.ts"

/** What the admin API works with. */
export interface AdminParts {
  readonly store: ObjectStore
  readonly keyService: KeyService
  readonly scope: KmsScope
  readonly accessKeys: AccessKeys
  readonly sessions: ConsoleSessions
  readonly challenges: Challenges
  readonly limits: SignInLimits
  readonly links: SignInLinks
  readonly previews: Previews
  readonly requests: RecentRequests
  readonly facts: ServerFacts
  readonly clock: Clock
  readonly log: Log
}

/** One request of a caller who may be signed in. */
export interface Call extends AdminParts {
  readonly request: AdminRequest
  /** Further headers of the response: the session's cookie. */
  readonly setHeader: (name: string, value: string) => void
  /** Records the CMK that the request concerns, for the list of recent requests. */
  readonly noteCmk: (cmkId: string) => void
}

/** One request of a caller who is signed in. */
export interface SignedInCall extends Call {
  readonly caller: Caller
  readonly session: Session
}

/** The topics of the document, in the order of its pages. */
export const TAGS = [
  "session",
  "keys",
  "aliases",
  "cryptography",
  "buckets",
  "objects",
  "uploads",
  "service",
] as const

/** What a client must know of an operation. */
export interface Contract {
  /** Unique; the operationId of the document. */
  readonly name: string
  readonly tag: (typeof TAGS)[number]
  readonly summary: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Segments in braces are parameters, percent-encoded whole. */
  readonly path: `/api/${string}`
  /** Parameters of the path and of the query, by name; unknown ones are refused. */
  readonly parameters: z.ZodType
  /** The JSON body; z.undefined() for none. */
  readonly body: z.ZodType
  /** Whether the body lists parts or objects, so that it may be long. */
  readonly takesList: boolean
  /** The JSON response with status 200; z.undefined() for a 204 response without a body. */
  readonly output: z.ZodType
  /** The errors in addition to those that every operation may return. */
  readonly errors: readonly AdminErrorCode[]
  /**
   * Who may call it: anybody; anyone who is signed in; or anyone who proved possession of the access key's secret
   * within the last minutes.
   */
  readonly session: "none" | "session" | "fresh"
}

/** One operation of the admin API. */
export type Operation = Contract &
  (
    | { readonly session: "none"; run(call: Call, input: unknown): Promise<unknown> }
    | {
        readonly session: "session" | "fresh"
        /**
         * What the caller must be allowed before anything is done. Rights to one CMK are checked by the key service.
         */
        needs(call: SignedInCall, input: unknown): readonly Demand[]
        run(call: SignedInCall, input: unknown): Promise<unknown>
      }
  )

type Schemas<Parameters, Body, Output> = Omit<
  Contract,
  "parameters" | "body" | "takesList" | "output" | "session" | "errors"
> & {
  readonly parameters?: z.ZodType<Parameters>
  readonly body?: z.ZodType<Body>
  readonly takesList?: boolean
  readonly output?: z.ZodType<Output>
  readonly errors?: readonly AdminErrorCode[]
}

const NOTHING = z.undefined()
const NO_PARAMETERS = z.strictObject({})

function contractOf<Parameters, Body, Output>({
  name,
  tag,
  summary,
  method,
  path,
  parameters,
  body,
  takesList = false,
  output,
  errors,
}: Schemas<Parameters, Body, Output>): Omit<Contract, "session"> {
  return {
    name,
    tag,
    summary,
    method,
    path,
    parameters: parameters ?? NO_PARAMETERS,
    body: body ?? NOTHING,
    takesList,
    output: output ?? NOTHING,
    errors: errors ?? [],
  }
}

/** An operation for a signed-in caller; `input` is the parameters and the body's fields together. */
export function defineOperation<Parameters = unknown, Body = unknown, Output = undefined>(
  definition: Schemas<Parameters, Body, Output> & {
    readonly session?: "session" | "fresh"
    readonly needs: (call: SignedInCall, input: Parameters & Body) => readonly Demand[]
    readonly run: (call: SignedInCall, input: Parameters & Body) => Promise<Output>
  },
): Operation {
  const { session = "session", needs, run } = definition
  // The pipeline has parsed `input` with these schemas.
  return {
    ...contractOf(definition),
    session,
    needs: (call, input) => needs(call, input as Parameters & Body),
    run: (call, input) => run(call, input as Parameters & Body),
  }
}

/** An operation for any caller. */
export function definePublicOperation<Body, Output>(
  definition: Schemas<unknown, Body, Output> & { run(call: Call, input: Body): Promise<Output> },
): Operation {
  return {
    ...contractOf(definition),
    session: "none",
    run: (call, input) => definition.run(call, input as Body),
  }
}

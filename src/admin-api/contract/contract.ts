import { z } from "zod"
import type { AdminErrorCode } from "../errors.ts"

/** The schemas that have a name in the OpenAPI document. */
export const schemaNames: z.core.$ZodRegistry<{ id: string; description?: string }> = z.registry<{
  id: string
  description?: string
}>()

/** Gives a schema its name in the OpenAPI document. */
export function named<Schema extends z.ZodType>(
  id: string,
  schema: Schema,
  description?: string,
): Schema {
  schemaNames.add(schema, description === undefined ? { id } : { id, description })
  return schema
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

/**
 * Who may call an operation: anybody; whoever is signed in; or whoever proved possession of the access key's secret within
 * the last minutes.
 */
export type SessionNeed = "none" | "session" | "fresh"

/** One operation of the admin API: everything that a client must know of it. */
export interface Contract<
  Parameters extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** Unique; the operationId of the document. */
  readonly name: string
  readonly tag: (typeof TAGS)[number]
  readonly summary: string
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  /** Segments in braces are parameters, percent-encoded whole. */
  readonly path: `/api/${string}`
  readonly session: SessionNeed
  /** Parameters of the path and of the query, by name; unknown ones are refused. */
  readonly parameters: Parameters
  /** The JSON body; z.undefined() for none. */
  readonly body: Body
  /** The JSON answer of status 200; z.undefined() for an answer 204 without a body. */
  readonly output: Output
  /** The errors besides those that every operation may answer. */
  readonly errors: readonly AdminErrorCode[]
}

interface ContractInput<
  Parameters extends z.ZodType,
  Body extends z.ZodType,
  Output extends z.ZodType,
> extends Omit<
  Contract<Parameters, Body, Output>,
  "parameters" | "body" | "output" | "session" | "errors"
> {
  readonly session?: SessionNeed
  readonly parameters?: Parameters
  readonly body?: Body
  readonly output?: Output
  readonly errors?: readonly AdminErrorCode[]
}

const NO_PARAMETERS: z.ZodObject<Record<never, never>> = z.strictObject({})

/** A contract; what is left out is none, and a session is needed. */
export function defineContract<
  Parameters extends z.ZodType = typeof NO_PARAMETERS,
  Body extends z.ZodType = z.ZodUndefined,
  Output extends z.ZodType = z.ZodUndefined,
>(input: ContractInput<Parameters, Body, Output>): Contract<Parameters, Body, Output> {
  return {
    session: "session",
    errors: [],
    ...input,
    // Without a schema the type parameter is the default, which TypeScript does not conclude from `input`.
    parameters: input.parameters ?? (NO_PARAMETERS as z.ZodType as Parameters),
    body: input.body ?? (z.undefined() as z.ZodType as Body),
    output: input.output ?? (z.undefined() as z.ZodType as Output),
  }
}

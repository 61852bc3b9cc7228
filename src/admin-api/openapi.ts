import { z } from "zod"
import { ADMIN_ERRORS, type AdminErrorCode, COMMON_ERRORS } from "./errors.ts"
import { type Contract, TAGS } from "./operation.ts"
import { OPERATIONS } from "./operations/index.ts"
import { schemaNames } from "./schemas/named.ts"

type Json = Readonly<Record<string, unknown>>

const TAG_TEXTS: Readonly<Record<(typeof TAGS)[number], string>> = {
  session: "Sign in and out",
  keys: "CMKs, their versions and what depends on them",
  aliases: "Names of CMKs",
  cryptography: "Encrypt, decrypt and generate data keys",
  buckets: "Buckets and their settings",
  objects: "Objects, their versions and how they are stored",
  uploads: "Uploads from a browser straight to the OSS listener",
  service: "The server itself: activation, root of trust, health, activity",
}

/** The OpenAPI 3.1 document of the admin API. */
export function openApiDocument(): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "osseal admin API",
      version: "1",
      description:
        "The API that the console of an osseal server uses. The console's listener serves it, and it is not meant for the public network.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/", description: "The console's port" }],
    tags: TAGS.map((name) => ({ name, description: TAG_TEXTS[name] })),
    paths: paths(),
    components: {
      schemas: { ...schemas(), Error: errorSchema() },
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "osseal-session",
          description:
            "Set by signing in. Behind TLS its name begins with __Host-; it ends with the port of the console's listener.",
        },
        csrf: {
          type: "apiKey",
          in: "header",
          name: "x-csrf-token",
          description: "The csrfToken of the session, for every request that is not a GET.",
        },
      },
    },
  }
}

function paths(): Json {
  const all: Record<string, Record<string, Json>> = {}
  for (const contract of Object.values(OPERATIONS)) {
    all[contract.path] = {
      ...all[contract.path],
      [contract.method.toLowerCase()]: operationOf(contract),
    }
  }
  return all
}

function operationOf(contract: Contract): Json {
  const { name, tag, summary, session, method } = contract
  const fresh =
    session === "fresh"
      ? { description: "Needs a fresh proof of possession: see reauthenticate." }
      : {}
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...fresh,
    security:
      session === "none" ? [] : [{ session: [], ...(method === "GET" ? {} : { csrf: [] }) }],
    parameters: parametersOf(contract),
    ...bodyOf(contract),
    responses: { ...successOf(contract), ...errorsOf(contract) },
  }
}

interface ParametersSchema {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly required?: readonly string[]
}

function parametersOf({ parameters, path }: Contract): Json[] {
  const schema = inline(parameters) as ParametersSchema
  return Object.entries(schema.properties ?? {}).map(([name, { description, ...property }]) => ({
    name,
    in: path.includes(`{${name}}`) ? "path" : "query",
    required: schema.required?.includes(name) ?? false,
    ...(description === undefined ? {} : { description }),
    schema: property,
  }))
}

/** A parameter's schema in full: named schemas are for request and response bodies. */
function inline(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" })
  return rest
}

function bodyOf({ body }: Contract): Json {
  if (body instanceof z.ZodUndefined) return {}
  return { requestBody: { required: true, content: jsonContent(referenceTo(body)) } }
}

function successOf({ output }: Contract): Json {
  if (output instanceof z.ZodUndefined) return { 204: { description: "Done" } }
  return { 200: { description: "Done", content: jsonContent(referenceTo(output)) } }
}

function referenceTo(schema: z.ZodType): Json {
  const name = schemaNames.get(schema)?.id
  if (name === undefined) throw new Error("a request or response body has no name")
  return { $ref: `#/components/schemas/${name}` }
}

function jsonContent(schema: Json): Json {
  return { "application/json": { schema } }
}

/**
 * The errors of an operation by status: those it names, those of its session, and those that every operation may
 * return.
 */
export function errorCodesOf({ errors, session, method }: Contract): readonly AdminErrorCode[] {
  const ofSession: AdminErrorCode[] =
    session === "none"
      ? []
      : [
          "NotSignedIn",
          ...(method === "GET" ? [] : (["CsrfTokenInvalid"] as const)),
          ...(session === "fresh" ? (["ReauthenticationNeeded"] as const) : []),
        ]
  return [...new Set([...errors, ...ofSession, ...COMMON_ERRORS])].sort()
}

function errorsOf(contract: Contract): Json {
  const byStatus: Record<number, AdminErrorCode[]> = {}
  for (const code of errorCodesOf(contract)) {
    const { status } = ADMIN_ERRORS[code]
    byStatus[status] = [...(byStatus[status] ?? []), code]
  }
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${code}: ${ADMIN_ERRORS[code].message}`).join("\n\n"),
        content: jsonContent({ $ref: "#/components/schemas/Error" }),
      },
    ]),
  )
}

function errorSchema(): Json {
  return {
    type: "object",
    properties: {
      code: { type: "string", enum: Object.keys(ADMIN_ERRORS) },
      message: { type: "string", description: "a sentence in English" },
      requestId: { type: "string", description: "also in the header x-osseal-request-id" },
      field: { type: "string", description: "of InvalidRequest: what is not valid" },
    },
    required: ["code", "message", "requestId"],
  }
}

/** The named schemas; `$id` and `$schema` mean nothing inside a document. */
function schemas(): Json {
  const { schemas: all } = z.toJSONSchema(schemaNames, {
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(
    Object.entries(all).map(([name, { $id: _id, $schema: _schema, id: _name, ...schema }]) => [
      name,
      schema,
    ]),
  )
}

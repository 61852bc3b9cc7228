import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { request as sendRequest, type IncomingHttpHeaders } from "node:http"
import type { OpenDoor } from "../../src/server.ts"
import { TEST_ACCESS_KEY, type TestServer } from "../oss/running-server.ts"

/** A response of the console's listener. */
export interface ConsoleAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The body as JSON; undefined when it is not JSON. */
  readonly json: Readonly<Record<string, unknown>>
}

interface SendOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A client of the console's API, with or without a session. */
export interface ConsoleClient {
  readonly port: number
  cookie: string
  csrfToken: string
  send(method: string, path: string, options?: SendOptions): Promise<ConsoleAnswer>
  /** Sends a request that must succeed; returns the JSON. */
  call(method: string, path: string, body?: unknown): Promise<Readonly<Record<string, unknown>>>
}

export function consoleDoor({ server }: TestServer): OpenDoor {
  const door = server.doors.find(({ protocol }) => protocol === "console")
  assert(door !== undefined, "the server has a console")
  return door
}

/** A client without a session. */
export function visitConsole(server: TestServer): ConsoleClient {
  const { port } = consoleDoor(server)
  const client: ConsoleClient = {
    port,
    cookie: "",
    csrfToken: "",
    async send(method, path, { body, headers = {} } = {}) {
      return await exchange(port, {
        method,
        path,
        headers: {
          ...(client.cookie === "" ? {} : { cookie: client.cookie }),
          ...(client.csrfToken === "" ? {} : { "x-csrf-token": client.csrfToken }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
    },
    async call(method, path, body) {
      const answer = await client.send(method, path, { body })
      assert(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.body.toString()}`)
      return answer.json
    },
  }
  return client
}

/** A client that signed in with the secret. */
export async function signInToConsole(
  server: TestServer,
  accessKey: { accessKeyId: string; accessKeySecret: string } = TEST_ACCESS_KEY,
): Promise<ConsoleClient> {
  const client = visitConsole(server)
  const answer = await trySignIn(client, accessKey)
  assert.equal(answer.status, 200, answer.body.toString())
  client.cookie = String(answer.headers["set-cookie"]?.[0]?.split(";", 1)[0])
  client.csrfToken = String(answer.json["csrfToken"])
  return client
}

/** One attempt, whatever its result. */
export async function trySignIn(
  client: ConsoleClient,
  { accessKeyId, accessKeySecret }: { accessKeyId: string; accessKeySecret: string },
): Promise<ConsoleAnswer> {
  const body = { accessKeyId, purpose: "sign-in" }
  const challenge = await client.send("POST", "/api/session/challenge", { body })
  if (challenge.status !== 200) return challenge
  return await client.send("POST", "/api/session", {
    body: { accessKeyId, ...proofOf(challenge.json, accessKeySecret) },
  })
}

/** The response to a challenge. */
export function proofOf(
  challenge: Readonly<Record<string, unknown>>,
  accessKeySecret: string,
): { challengeId: string; proof: string } {
  const message = String(challenge["message"])
  const proof = createHmac("sha256", accessKeySecret).update(message).digest("hex")
  return { challengeId: String(challenge["challengeId"]), proof }
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** One request over plain HTTP, with exactly these headers. */
export function exchange(port: number, sent: Sent): Promise<ConsoleAnswer> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body } = sent
    const outgoing = sendRequest({ host: "127.0.0.1", port, method, path, headers }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
      incoming.on("error", reject)
      incoming.on("end", () => {
        const bytes = Buffer.concat(chunks)
        const status = incoming.statusCode ?? 0
        resolve({ status, headers: incoming.headers, body: bytes, json: parse(bytes) })
      })
    })
    outgoing.on("error", reject)
    outgoing.end(body)
  })
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

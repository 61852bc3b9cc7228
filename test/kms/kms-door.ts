import { type IncomingMessage, request as httpRequest } from "node:http"
import type { TestContext } from "node:test"
import { pino } from "pino"
import { createMemoryBudget } from "../../src/base/memory-budget.ts"
import { type Clock, systemClock } from "../../src/base/clock.ts"
import { startHttpServer } from "../../src/http/server.ts"
import { fixedAccessKeys } from "../../src/identity/access-keys.ts"
import { createKmsHandler } from "../../src/kms-api/handler.ts"
import { openKeyService, SCOPE } from "./key-service-fixture.ts"
import type { KeyService } from "../../src/kms/key-service.ts"

export const ACCESS_KEY_ID = "testid"
export const ACCESS_KEY_SECRET = "testsecret"
/** A key of another account: it authenticates, and is allowed nothing. */
export const STRANGER_ID = "strangerid"

export interface KmsDoor {
  readonly host: string
  readonly port: number
  readonly keyService: KeyService
  /** What was logged, as JSON lines. */
  readonly logged: readonly string[]
}

/**
 * Starts the KMS listener over an empty memory store, on a port of its own. Closes it when the test ends. Its limits use
 * `limitsClock`.
 */
export async function openKmsDoor(
  t: TestContext,
  clock: Clock,
  limitsClock: Clock = systemClock,
): Promise<KmsDoor> {
  const { keyService } = openKeyService()
  const logged: string[] = []
  const accountOf = (accountId: string) => ({ kind: "account", accountId }) as const
  const handle = createKmsHandler({
    keyService,
    accessKeys: fixedAccessKeys([
      {
        accessKeyId: ACCESS_KEY_ID,
        accessKeySecret: ACCESS_KEY_SECRET,
        principal: accountOf(SCOPE.accountId),
      },
      {
        accessKeyId: STRANGER_ID,
        accessKeySecret: ACCESS_KEY_SECRET,
        principal: accountOf("9999"),
      },
    ]),
    clock,
    ...SCOPE,
    log: pino({}, { write: (line: string) => logged.push(line) }),
  })
  const server = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    maxHeaderBytes: 128 * 1024,
    clock: limitsClock,
    memory: createMemoryBudget(2 ** 30),
    log: pino({ level: "silent" }),
    handle,
  })
  t.after(() => server.close(0))
  return { host: `127.0.0.1:${server.port}`, port: server.port, keyService, logged }
}

export interface RawAnswer {
  readonly status: number | undefined
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

/** One request, sent unchanged, including target and header lines. */
export function sendRaw(
  door: KmsDoor,
  request: {
    method?: string
    target: string
    headers?: Record<string, string | string[]>
    body?: string | Buffer
  },
): Promise<RawAnswer> {
  const { method = "GET", target, headers = {}, body } = request
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: door.port, method, path: target, headers }
    const sent = httpRequest(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on("data", (chunk: Buffer) => chunks.push(chunk))
      answer.on("error", reject)
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: answer.statusCode, headers: answer.headers, body: text })
      })
    })
    sent.on("error", reject)
    sent.end(body)
  })
}

// Signed requests to one bucket, in terms of the tests.
import assert from "node:assert/strict"
import { after, before, describe } from "node:test"
import { startLocalServer, startMemoryServer, type TestServer } from "./running-server.ts"
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed-client.ts"

type TextHeaders = Readonly<Record<string, string>>
type Query = Readonly<Record<string, string>>

/** A client of one bucket of a server. */
export interface BucketClient {
  readonly name: string
  send(request: SignedRequest): Promise<SignedAnswer>
  /** The status of the response, and the code of an error. */
  codeOf(request: SignedRequest): Promise<string>
  /** Stores an object and returns the response, which must be a success. */
  put(objectKey: string, body: Buffer | string, headers?: TextHeaders): Promise<SignedAnswer>
  get(objectKey: string, query?: Query): Promise<SignedAnswer>
  /** Sets the state of versioning. */
  setVersioning(status: "Enabled" | "Suspended"): Promise<void>
  /** Uploads the parts and completes; every response must be a success. Returns all responses in order. */
  upload(
    objectKey: string,
    parts: readonly (Buffer | string)[],
    headers?: TextHeaders,
  ): Promise<SignedAnswer[]>
}

const ENGINES = { memory: startMemoryServer, local: startLocalServer } as const

/**
 * Runs the same tests on both engines, each with its own server. `freshBucket` creates a bucket whose name begins with
 * `prefix`; `server` exists while a test runs.
 */
export function onEachEngine(
  title: string,
  prefix: string,
  tests: (freshBucket: () => Promise<BucketClient>, server: () => TestServer) => void,
): void {
  for (const [engine, start] of Object.entries(ENGINES)) {
    describe(`${title} on the ${engine} engine`, () => {
      let server: TestServer | undefined
      let count = 0

      const running = (): TestServer => {
        assert(server !== undefined, "a server runs while a test does")
        return server
      }

      before(async () => {
        server = await start()
      })

      after(async () => {
        await server?.stop()
      })

      tests(() => makeBucket(running(), `${prefix}-${++count}`), running)
    })
  }
}

export async function makeBucket(server: TestServer, bucketName: string): Promise<BucketClient> {
  const client = clientOf(server, bucketName)
  assert.equal((await client.send({ method: "PUT" })).status, 200)
  return client
}

/** A client of an existing bucket. */
function clientOf(server: TestServer, bucketName: string): BucketClient {
  const send = (request: SignedRequest): Promise<SignedAnswer> =>
    sendSigned(server, { bucketName, ...request })

  async function succeed(request: SignedRequest): Promise<SignedAnswer> {
    const answer = await send(request)
    assert.equal(answer.status, 200, answer.body.toString())
    return answer
  }

  return {
    name: bucketName,
    send,
    async codeOf(request) {
      const { status, code } = await send(request)
      return code === undefined ? String(status) : `${status} ${code}`
    },
    put: (objectKey, body, headers = {}) => succeed({ method: "PUT", objectKey, body, headers }),
    get: (objectKey, query = {}) => send({ method: "GET", objectKey, query }),
    async setVersioning(status) {
      const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
      await succeed({ method: "PUT", query: { versioning: "" }, body })
    },
    async upload(objectKey, parts, headers = {}) {
      const query = { uploads: "" }
      const begun = await succeed({ method: "POST", objectKey, query, headers })
      const uploadId = textOf(begun, "UploadId")
      const answers = [begun]
      for (const [index, body] of parts.entries()) {
        const partNumber = String(index + 1)
        answers.push(
          await succeed({ method: "PUT", objectKey, query: { partNumber, uploadId }, body }),
        )
      }
      const all = { "x-oss-complete-all": "yes" }
      answers.push(await succeed({ method: "POST", objectKey, query: { uploadId }, headers: all }))
      return answers
    },
  }
}

/** The content of the first element of that name; "" when there is none. */
export function textOf({ body }: SignedAnswer, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(body.toString())?.[1] ?? ""
}

/** The version id in a response. */
export function versionIdOf({ headers }: SignedAnswer): string {
  const value = headers["x-oss-version-id"]
  assert.equal(typeof value, "string", "no x-oss-version-id")
  return String(value)
}

// Requests that the official clients will not send, signed by hand (V1).
import { request as httpRequest } from "node:http"
import { createHash } from "node:crypto"
import { httpDate } from "../../src/base/clock.ts"
import { signV1, stringToSignV1 } from "../../src/oss/auth/signature-v1.ts"
import { TEST_ACCESS_KEY, type TestServer } from "./running-server.ts"

export interface SignedRequest {
  readonly method: string
  readonly bucketName?: string
  readonly objectKey?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  readonly anonymous?: boolean
  /** Sent on its own connection. */
  readonly isAlone?: boolean
  /** Sent as the request's target; the signature still covers bucketName, objectKey and query. */
  readonly target?: string
  readonly accessKey?: { readonly accessKeyId: string; readonly accessKeySecret: string }
}

export interface SignedAnswer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: Buffer
  /** The Code of an error response; for HEAD, the one in x-oss-err. */
  readonly code: string | undefined
}

/** Sends a request; rejects when the connection is cut before the response is complete. */
export async function sendSigned(
  server: Pick<TestServer, "ossEndpoint">,
  { method, bucketName = "", objectKey = "", query = {}, body = "", ...rest }: SignedRequest,
): Promise<SignedAnswer> {
  const bytes = Buffer.from(body)
  const date = httpDate(Date.now())
  const headers = new Map(
    Object.entries({ date, ...rest.headers }).map(([name, value]) => [name.toLowerCase(), value]),
  )
  if (bytes.length > 0 && !headers.has("content-md5")) headers.set("content-md5", md5(bytes))
  const parameters = Object.entries(query).map(([name, value]) => ({ name, value }))
  const reading = { bucketName, objectKey }
  const input = { method, headers, query: parameters, reading, date }
  const { accessKeyId, accessKeySecret } = rest.accessKey ?? TEST_ACCESS_KEY
  const signature = signV1(accessKeySecret, stringToSignV1(input))
  if (rest.anonymous !== true) headers.set("authorization", `OSS ${accessKeyId}:${signature}`)
  const path = bucketName === "" ? "/" : `/${bucketName}/${encodeURIComponent(objectKey)}`
  const search = parameters.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
  const plain = search.length === 0 ? path : `${path}?${search.join("&")}`
  const target = rest.target ?? plain
  headers.set("content-length", String(bytes.length))
  const { isAlone = false } = rest
  return await exchange(new URL(server.ossEndpoint).port, {
    method,
    target,
    headers,
    bytes,
    isAlone,
  })
}

/** The response: the status, and the code of an error. */
export async function codeOf(
  server: Pick<TestServer, "ossEndpoint">,
  request: SignedRequest,
): Promise<string> {
  const { status, code } = await sendSigned(server, request)
  return code === undefined ? String(status) : `${status} ${code}`
}

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("base64")
}

function exchange(
  port: string,
  sent: {
    method: string
    target: string
    headers: Map<string, string>
    bytes: Buffer
    isAlone: boolean
  },
): Promise<SignedAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: "127.0.0.1",
        port,
        ...(sent.isAlone ? { agent: false } : {}),
        method: sent.method,
        path: sent.target,
        headers: Object.fromEntries(sent.headers),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () => {
          const body = Buffer.concat(chunks)
          const inHeader = response.headers["x-oss-err"]
          const xml =
            inHeader === undefined
              ? body.toString()
              : Buffer.from(String(inHeader), "base64").toString()
          const code = /<Error>.*?<Code>([^<]+)<\/Code>/s.exec(xml)?.[1]
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code })
        })
      },
    )
    request.on("error", reject)
    request.end(sent.bytes)
  })
}

import { isoTime, systemClock } from "../base/clock.ts"
import { uuid } from "../base/random.ts"
import type { AccessKeySetting } from "../config.ts"
import { signatureV1, stringToSignV1 } from "../kms-api/signature-v1.ts"

/** An error response of the KMS API, or no response at all. */
export class KmsRequestFailed extends Error {
  override name = "KmsRequestFailed"
}

export type Answer = Readonly<Record<string, unknown>>

export interface KmsClient {
  /** The response's fields. Throws KmsRequestFailed with the service's code and message. */
  call(action: string, parameters: Readonly<Record<string, string>>): Promise<Answer>
}

/** A client of a KMS endpoint such as http://127.0.0.1:9401; every request is a signed form. */
export function createKmsClient(
  endpoint: string,
  { accessKeyId, accessKeySecret }: AccessKeySetting,
): KmsClient {
  return {
    async call(action, parameters) {
      const signed = new Map([
        ...Object.entries(parameters),
        ["Action", action],
        ["Version", "2016-01-20"],
        ["Format", "JSON"],
        ["AccessKeyId", accessKeyId],
        ["SignatureMethod", "HMAC-SHA1"],
        ["SignatureVersion", "1.0"],
        ["SignatureNonce", uuid()],
        ["Timestamp", isoTime(systemClock.nowMs()).replace(/\.\d{3}/, "")],
      ])
      const signature = signatureV1(accessKeySecret, stringToSignV1("POST", signed))
      signed.set("Signature", signature.toString("base64"))
      const response = await send(endpoint, new URLSearchParams([...signed]))
      const answer = await readAnswer(endpoint, response)
      if (response.ok) return answer
      throw new KmsRequestFailed(`${String(answer["Code"])}: ${String(answer["Message"])}`)
    },
  }
}

/** Throws KmsRequestFailed for a response that no KMS endpoint sends. */
async function readAnswer(endpoint: string, response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer
  } catch (error) {
    throw new KmsRequestFailed(
      `${endpoint} does not respond as a KMS endpoint (status ${response.status}); set --endpoint to the KMS port, not the OSS port`,
      { cause: error },
    )
  }
}

async function send(endpoint: string, body: URLSearchParams): Promise<Response> {
  try {
    return await fetch(endpoint, { method: "POST", body })
  } catch (error) {
    throw new KmsRequestFailed(
      `no response from ${endpoint} (${reasonOf(error)}); start the server, or set its KMS endpoint with --endpoint`,
      { cause: error },
    )
  }
}

/** fetch hides the reason in a cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return String(cause)
  return "code" in cause ? String(cause.code) : cause.message
}

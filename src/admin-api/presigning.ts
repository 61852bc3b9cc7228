import { isoTime } from "../base/clock.ts"
import type { SignedInCall } from "./operation.ts"
import type { ChoiceFields } from "./schemas/fields.ts"
import type { NewObjectFields, Presigned } from "./schemas/upload.ts"

interface PresignOptions {
  readonly method: "GET" | "PUT"
  readonly bucketName: string
  readonly objectKey: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly expiresSeconds: number
}

/**
 * A request to the OSS listener, signed with the access key of the signed-in user: it can do what that access key may
 * do.
 */
export function presign(call: SignedInCall, options: PresignOptions): Presigned {
  const { clock, facts, request, session } = call
  const { parameters = {}, headers = {}, ...rest } = options
  const nowMs = Math.floor(clock.nowMs() / 1000) * 1000
  const { accessKeyId, accessKeySecret } = session.accessKey
  const url = facts.presign({
    ...rest,
    accessKeyId,
    accessKeySecret,
    parameters,
    headers,
    nowMs,
    endpoint: facts.endpointFor("oss", request.reached),
  })
  return {
    method: options.method,
    url,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    expiresAt: isoTime(nowMs + options.expiresSeconds * 1000),
  }
}

/** The headers that ask the OSS listener for an encryption. */
function encryptionHeadersOf(choice: ChoiceFields | undefined): Readonly<Record<string, string>> {
  if (choice === undefined || choice.method === "none") return {}
  const { method, cmk, dataEncryption } = choice
  return {
    "x-oss-server-side-encryption": method,
    ...(method === "KMS" && cmk !== undefined
      ? { "x-oss-server-side-encryption-key-id": cmk }
      : {}),
    ...(method === "KMS" && dataEncryption === "SM4"
      ? { "x-oss-server-side-data-encryption": "SM4" }
      : {}),
  }
}

/** The headers that a client stores with an object. */
export function storedHeadersOf({
  contentType = "application/octet-stream",
  metadata = {},
}: NewObjectFields): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { "content-type": contentType }
  for (const [name, value] of Object.entries(metadata)) headers[`x-oss-meta-${name}`] = value
  return headers
}

/** The headers of a PutObject that stores the object as requested. */
export function putHeadersOf(fields: NewObjectFields): Readonly<Record<string, string>> {
  return {
    ...storedHeadersOf(fields),
    ...encryptionHeadersOf(fields.encryption),
    ...(fields.overwrite ? {} : { "x-oss-forbid-overwrite": "true" }),
  }
}

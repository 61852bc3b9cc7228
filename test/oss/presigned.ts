import { percentEncode } from "../../src/base/percent-encode.ts"
import type { AccessKeySetting } from "../../src/config.ts"
import { signV1, stringToSignV1 } from "../../src/oss/auth/signature-v1.ts"
import { TEST_ACCESS_KEY } from "./running-server.ts"

/** A request target signed in its query (V1), valid for an hour. */
export function presignedTarget(request: {
  readonly method: string
  readonly bucketName: string
  readonly objectKey: string
  readonly headers?: Readonly<Record<string, string>>
  readonly accessKey?: AccessKeySetting
}): string {
  const { method, bucketName, objectKey, headers = {}, accessKey = TEST_ACCESS_KEY } = request
  const date = String(Math.floor(Date.now() / 1000) + 3600)
  const stringToSign = stringToSignV1({
    method,
    headers: new Map(Object.entries(headers)),
    query: [],
    reading: { bucketName, objectKey },
    date,
  })
  const signature = percentEncode(signV1(accessKey.accessKeySecret, stringToSign))
  const { accessKeyId } = accessKey
  const query = `OSSAccessKeyId=${accessKeyId}&Expires=${date}&Signature=${signature}`
  return `/${bucketName}/${percentEncode(objectKey)}?${query}`
}

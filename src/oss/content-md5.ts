import { createHash } from "node:crypto"
import { OssError } from "./errors.ts"
import type { OssRequest } from "./request.ts"

/**
 * The 16 bytes of Content-MD5, or undefined. The C SDK appends some bytes, which the service does not look at. Throws
 * InvalidDigest unless it is the base64 of 16 bytes or more.
 */
export function readContentMd5({ headers }: OssRequest): Buffer | undefined {
  const value = headers.get("content-md5")
  if (value === undefined) return undefined
  const md5 = Buffer.from(value, "base64")
  if (md5.length < 16 || md5.toString("base64") !== value) throw new OssError("InvalidDigest")
  return md5.subarray(0, 16)
}

/** Throws InvalidDigest when the request claims an MD5 other than the body's. */
export function checkContentMd5(request: OssRequest, body: Buffer): void {
  const claimed = readContentMd5(request)
  if (claimed?.equals(createHash("md5").update(body).digest()) === false) {
    throw new OssError("InvalidDigest")
  }
}

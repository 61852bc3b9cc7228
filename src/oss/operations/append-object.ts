import { appendObject as append } from "../../objects/append.ts"
import { readAttributes, readNamedAcl } from "../attributes.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { invalidArgument } from "../errors.ts"
import { readIncoming, UPLOAD_BYTES_MAX } from "../incoming.ts"
import { quoted } from "../object-headers.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import type { OssRequest } from "../request.ts"
import { versionHeaders } from "../version-id.ts"

/**
 * The append that creates the object decides its encryption; of what later appends ask for, only the ACL is applied.
 */
export const appendObject: ObjectOperation = {
  name: "AppendObject",
  target: "object",
  match: { method: "POST", subresource: "append" },
  needs: ofObject("oss:PutObject"),
  acl: "object-write",
  body: { kind: "stream", bytesMax: UPLOAD_BYTES_MAX },
  encryptionHeader: "accepted-later",
  async run(call) {
    const { request, store, bucket, encryption } = call
    const record = await append(store, call, {
      position: readPosition(request),
      attributes: readAttributes(request, bucket.record),
      acl: readNamedAcl(request),
      encryption,
      incoming: readIncoming(call),
    })
    return {
      status: 200,
      headers: [
        ["ETag", quoted(record.etag)],
        ["x-oss-next-append-position", String(record.sizeBytes)],
        ["x-oss-hash-crc64ecma", record.crc64],
        ...versionHeaders(bucket, record),
        ...encryptionHeaders(record.encryption),
      ],
    }
  },
}

function readPosition(request: OssRequest): number {
  const value = request.parameter("position") ?? ""
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw invalidArgument("The position must be an unsigned integer.", { name: "position", value })
}

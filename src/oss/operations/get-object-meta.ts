import { httpDate } from "../../base/clock.ts"
import { loadObject } from "../../objects/read.ts"
import { quoted } from "../object-headers.ts"
import type { ObjectOperation } from "../operation.ts"

/** Size, ETag and time only; encryption is not reported here. */
export const getObjectMeta: ObjectOperation = {
  name: "GetObjectMeta",
  target: "object",
  match: { method: "HEAD", subresource: "objectMeta" },
  permission: "oss:GetObject",
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket, objectKey }) {
    const record = await loadObject(store, bucket, objectKey)
    return {
      status: 200,
      headers: [
        ["Content-Length", String(record.sizeBytes)],
        ["ETag", quoted(record.etag)],
        ["Last-Modified", httpDate(record.lastModifiedMs)],
        ["x-oss-hash-crc64ecma", record.crc64],
      ],
    }
  },
}

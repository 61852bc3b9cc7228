import { putObject as storeObject } from "../../objects/write.ts"
import { readAttributes, readForbidOverwrite } from "../attributes.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { readIncoming, UPLOAD_BYTES_MAX } from "../incoming.ts"
import { contentMd5, quoted } from "../object-headers.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import { versionHeaders } from "../version-id.ts"

export const putObject: ObjectOperation = {
  name: "PutObject",
  target: "object",
  match: { method: "PUT", subresource: null, copySource: false },
  needs: ofObject("oss:PutObject"),
  acl: "object-write",
  body: { kind: "stream", bytesMax: UPLOAD_BYTES_MAX },
  encryptionHeader: "accepted",
  async run(call) {
    const { request, store, bucket, encryption } = call
    const record = await storeObject(store, call, {
      attributes: readAttributes(request, bucket.record),
      encryption,
      forbidOverwrite: readForbidOverwrite(request),
      incoming: readIncoming(call),
    })
    return {
      status: 200,
      headers: [
        ["ETag", quoted(record.etag)],
        ["Content-MD5", contentMd5(record.etag.text)],
        ["x-oss-hash-crc64ecma", record.crc64],
        ...versionHeaders(bucket, record),
        ...encryptionHeaders(record.encryption),
      ],
    }
  },
}

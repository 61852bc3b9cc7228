import { initiateUpload } from "../../objects/uploads.ts"
import { readAttributes, readForbidOverwrite } from "../attributes.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { readNameEncoding } from "../list-parameters.ts"
import type { ObjectOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const initiateMultipartUpload: ObjectOperation = {
  name: "InitiateMultipartUpload",
  target: "object",
  match: { method: "POST", subresource: "uploads" },
  permission: "oss:PutObject",
  acl: "object-write",
  body: { kind: "none" },
  encryptionHeader: "accepted",
  async run(call) {
    const { request, store, bucket, objectKey, encryption } = call
    const encoding = readNameEncoding(request)
    const { uploadId, record } = await initiateUpload(store, call, {
      attributes: readAttributes(request),
      encryption,
      forbidOverwrite: readForbidOverwrite(request),
    })
    const root: XmlElement = [
      "InitiateMultipartUploadResult",
      [
        ["EncodingType", encoding.element],
        ["Bucket", bucket.name],
        ["Key", encoding.encode(objectKey)],
        ["UploadId", uploadId],
      ],
    ]
    return {
      status: 200,
      headers: encryptionHeaders(record.encryption),
      body: { kind: "xml", root },
    }
  },
}

import { initiateUpload } from "../../objects/uploads.ts"
import { readAttributes, readForbidOverwrite } from "../attributes.ts"
import { checkClientEncryptionOfUpload } from "../client-encryption.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { namesDocument, readNameEncoding } from "../list-parameters.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const initiateMultipartUpload: ObjectOperation = {
  name: "InitiateMultipartUpload",
  target: "object",
  // Go v1's CopyFile names the version of its source here too. An upload has no version, so the parameter is ignored.
  match: { method: "POST", subresource: "uploads", versionId: "passed" },
  needs: ofObject("oss:PutObject"),
  acl: "object-write",
  body: { kind: "none" },
  encryptionHeader: "accepted",
  async run(call) {
    const { request, store, bucket, objectKey, encryption } = call
    const encoding = readNameEncoding(request)
    const attributes = readAttributes(request, bucket.record)
    checkClientEncryptionOfUpload(attributes.headers)
    const { uploadId, record } = await initiateUpload(store, call, {
      attributes,
      partOrder: request.parameter("sequential") === undefined ? "any" : "sequential",
      encryption,
      forbidOverwrite: readForbidOverwrite(request),
    })
    const root = namesDocument(encoding, (names): XmlElement => [
      "InitiateMultipartUploadResult",
      [
        ["EncodingType", names.element],
        ["Bucket", bucket.name],
        ["Key", names.encode(objectKey)],
        ["UploadId", uploadId],
      ],
    ])
    return {
      status: 200,
      headers: encryptionHeaders(record.encryption),
      body: { kind: "xml", root },
    }
  },
}

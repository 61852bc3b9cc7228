import { uploadPart as storePart } from "../../objects/uploads.ts"
import { encryptionHeaders } from "../encryption-answer.ts"
import { readIncoming, UPLOAD_BYTES_MAX } from "../incoming.ts"
import { contentMd5, quoted } from "../object-headers.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import { partNumberOfCall, uploadOfCall } from "../upload-of-call.ts"

export const uploadPart: ObjectOperation = {
  name: "UploadPart",
  target: "object",
  match: { method: "PUT", subresource: "uploadId", copySource: false },
  needs: ofObject("oss:PutObject"),
  acl: "object-write",
  body: { kind: "stream", bytesMax: UPLOAD_BYTES_MAX },
  encryptionHeader: "rejected",
  async run(call) {
    const partNumber = partNumberOfCall(call)
    const upload = await uploadOfCall(call, "0042-00000104")
    const part = await storePart(call.store, upload, partNumber, readIncoming(call))
    return {
      status: 200,
      headers: [
        ["ETag", quoted({ text: part.etag })],
        ["Content-MD5", contentMd5(part.etag)],
        ["x-oss-hash-crc64ecma", part.crc64],
        ...encryptionHeaders(upload.record.encryption),
      ],
    }
  },
}

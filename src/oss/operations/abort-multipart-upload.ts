import { abortUpload, loadUpload } from "../../objects/uploads.ts"
import type { ObjectOperation } from "../operation.ts"

export const abortMultipartUpload: ObjectOperation = {
  name: "AbortMultipartUpload",
  target: "object",
  match: { method: "DELETE", subresource: "uploadId" },
  permission: "oss:AbortMultipartUpload",
  acl: "bucket-write",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, objectKey }) {
    const uploadId = request.parameter("uploadId") ?? ""
    await abortUpload(store, await loadUpload(store, bucket, objectKey, uploadId))
    return { status: 204 }
  },
}

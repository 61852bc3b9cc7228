import { abortUpload, loadUpload } from "../../objects/uploads.ts"
import { ofObject } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"

export const abortMultipartUpload: ObjectOperation = {
  name: "AbortMultipartUpload",
  target: "object",
  match: { method: "DELETE", subresource: "uploadId" },
  needs: ofObject("oss:AbortMultipartUpload"),
  acl: "bucket-write",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store } = call
    const uploadId = request.parameter("uploadId") ?? ""
    await abortUpload(store, await loadUpload(store, call, uploadId))
    return { status: 204 }
  },
}

import { checkConditions } from "../../objects/conditions.ts"
import { loadVersion } from "../../objects/read.ts"
import { readConditions } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import type { ObjectOperation } from "../operation.ts"
import { versionHeaders } from "../version-id.ts"

export const headObject: ObjectOperation = {
  name: "HeadObject",
  target: "object",
  match: { method: "HEAD", subresource: null, versionId: true },
  permission: "oss:GetObject",
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, selector } = call
    const { record } = await loadVersion(store, call, selector)
    checkConditions(readConditions(request, ""), record)
    const size = ["Content-Length", String(record.sizeBytes)] as const
    return {
      status: 200,
      headers: [...objectHeaders(record), ...versionHeaders(bucket, record), size],
    }
  },
}

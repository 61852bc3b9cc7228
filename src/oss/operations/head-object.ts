import { checkConditions } from "../../objects/conditions.ts"
import { loadObject } from "../../objects/read.ts"
import { readConditions } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import type { ObjectOperation } from "../operation.ts"

export const headObject: ObjectOperation = {
  name: "HeadObject",
  target: "object",
  match: { method: "HEAD", subresource: null },
  permission: "oss:GetObject",
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, objectKey }) {
    const record = await loadObject(store, bucket, objectKey)
    checkConditions(readConditions(request, ""), record)
    const size = ["Content-Length", String(record.sizeBytes)] as const
    return { status: 200, headers: [...objectHeaders(record), size] }
  },
}

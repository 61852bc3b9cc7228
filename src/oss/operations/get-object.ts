import { checkConditions } from "../../objects/conditions.ts"
import { openObject } from "../../objects/read.ts"
import { checkCmkUse } from "../authorize.ts"
import { readConditions } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import type { Answer, Headers, ObjectOperation } from "../operation.ts"
import { readRange } from "../range-header.ts"
import { applyOverrides, readResponseOverrides } from "../response-overrides.ts"

export const getObject: ObjectOperation = {
  name: "GetObject",
  target: "object",
  match: { method: "GET", subresource: null },
  permission: "oss:GetObject",
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, objectKey, principal }) {
    const overrides = readResponseOverrides(request, principal)
    const conditions = readConditions(request, "")
    let isPartial = false
    const opened = await openObject(store, bucket, objectKey, (record) => {
      if (record.encryption.method === "KMS") checkCmkUse(principal)
      checkConditions(conditions, record)
      const range = readRange(request, record.sizeBytes)
      isPartial = range !== undefined
      return range
    })
    const { record, range, body } = opened
    const rangeHeaders: Headers =
      isPartial && range !== undefined
        ? [["Content-Range", `bytes ${range.first}-${range.last}/${record.sizeBytes}`]]
        : []
    const answer: Answer = {
      status: isPartial ? 206 : 200,
      headers: applyOverrides([...objectHeaders(record), ...rangeHeaders], overrides),
      body,
    }
    return answer
  },
}

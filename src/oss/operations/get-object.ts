import { checkConditions } from "../../objects/conditions.ts"
import { openObject } from "../../objects/read.ts"
import { checkCmkUse } from "../authorize.ts"
import { readConditions } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import type { Headers, ObjectOperation } from "../operation.ts"
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
    const opened = await openObject(store, bucket, objectKey, (record) => {
      if (record.encryption.method === "KMS") checkCmkUse(principal)
      checkConditions(conditions, record)
      return readRange(request, record.sizeBytes)
    })
    const { record, selected, body } = opened
    const rangeHeaders: Headers =
      selected === undefined
        ? []
        : [["Content-Range", `bytes ${selected.first}-${selected.last}/${record.sizeBytes}`]]
    return {
      status: selected === undefined ? 200 : 206,
      headers: applyOverrides([...objectHeaders(record), ...rangeHeaders], overrides),
      body,
    }
  },
}

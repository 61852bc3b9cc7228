import { checkConditions } from "../../objects/conditions.ts"
import { openObject } from "../../objects/read.ts"
import { readConditions } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import type { Headers, ObjectOperation } from "../operation.ts"
import { readRange } from "../range-header.ts"
import { applyOverrides, readResponseOverrides } from "../response-overrides.ts"
import { versionHeaders } from "../version-id.ts"

export const getObject: ObjectOperation = {
  name: "GetObject",
  target: "object",
  match: { method: "GET", subresource: null, versionId: true },
  permission: "oss:GetObject",
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, selector, caller } = call
    const overrides = readResponseOverrides(request, caller.principal)
    const conditions = readConditions(request, "")
    const opened = await openObject(store, call, selector, (record) => {
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
      headers: applyOverrides(
        [...objectHeaders(record), ...versionHeaders(bucket, record), ...rangeHeaders],
        overrides,
      ),
      body,
    }
  },
}

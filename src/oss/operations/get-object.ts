import { openObject } from "../../objects/read.ts"
import type { ObjectVersion } from "../../objects/rows/records.ts"
import { checkReadConditions, isRangeStillMeant } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import { ofObjectOrVersion } from "../needs.ts"
import type { Headers, ObjectOperation } from "../operation.ts"
import { readRange } from "../range-header.ts"
import { applyOverrides, readResponseOverrides } from "../response-overrides.ts"
import { pacedBody, readTrafficLimit } from "../traffic-limit.ts"
import { versionHeaders } from "../version-id.ts"

export const getObject: ObjectOperation = {
  name: "GetObject",
  target: "object",
  match: { method: "GET", subresource: null, versionId: true },
  needs: ofObjectOrVersion("oss:GetObject", "oss:GetObjectVersion"),
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, selector, caller } = call
    const overrides = readResponseOverrides(request, caller.principal)
    const bytesPerSecond = readTrafficLimit(request)
    const headersOf = (record: ObjectVersion): Headers =>
      applyOverrides([...objectHeaders(record), ...versionHeaders(bucket, record)], overrides)
    const opened = await openObject(store, call, selector, (record) => {
      checkReadConditions(request, record, () => headersOf(record))
      return isRangeStillMeant(request, record) ? readRange(request, record.sizeBytes) : undefined
    })
    const { record, selected, body } = opened
    const rangeHeaders: Headers =
      selected === undefined
        ? []
        : [["Content-Range", `bytes ${selected.first}-${selected.last}/${record.sizeBytes}`]]
    return {
      status: selected === undefined ? 200 : 206,
      headers: [...headersOf(record), ...rangeHeaders],
      body: pacedBody(body, bytesPerSecond),
    }
  },
}

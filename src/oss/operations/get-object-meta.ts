import { httpDate } from "../../base/clock.ts"
import { loadVersion } from "../../objects/read.ts"
import { quoted } from "../object-headers.ts"
import { ofObjectOrVersion } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import { versionHeaders } from "../version-id.ts"

/** Size, ETag and time only; encryption is not reported here. */
export const getObjectMeta: ObjectOperation = {
  name: "GetObjectMeta",
  target: "object",
  // The service's older pages write it as GET, and aiooss2 sends it.
  match: { method: "HEAD", alsoMethod: "GET", subresource: "objectMeta", versionId: true },
  needs: ofObjectOrVersion("oss:GetObject", "oss:GetObjectVersion"),
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { record } = await loadVersion(call.store, call, call.selector)
    const { sizeBytes } = record
    return {
      status: 200,
      headers: [
        ...(call.request.method === "HEAD" ? [["Content-Length", String(sizeBytes)] as const] : []),
        ["ETag", quoted(record.etag)],
        ["Last-Modified", httpDate(record.lastModifiedMs)],
        ["x-oss-hash-crc64ecma", record.crc64],
        ...versionHeaders(call.bucket, record),
      ],
      body: { kind: "announced", sizeBytes },
    }
  },
}

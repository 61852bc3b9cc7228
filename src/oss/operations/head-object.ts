import { loadVersion } from "../../objects/read.ts"
import { checkReadConditions } from "../conditional-headers.ts"
import { objectHeaders } from "../object-headers.ts"
import { ofObjectOrVersion } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"
import { versionHeaders } from "../version-id.ts"

export const headObject: ObjectOperation = {
  name: "HeadObject",
  target: "object",
  match: { method: "HEAD", subresource: null, versionId: true },
  needs: ofObjectOrVersion("oss:GetObject", "oss:GetObjectVersion"),
  acl: "object-read",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, selector } = call
    const { record } = await loadVersion(store, call, selector)
    const headers = [...objectHeaders(record), ...versionHeaders(bucket, record)]
    checkReadConditions(request, record, () => headers)
    return { status: 200, headers: [...headers, ["Content-Length", String(record.sizeBytes)]] }
  },
}

import { versionHeaders } from "../version-id.ts"
import { loadVersion } from "../../objects/read.ts"
import { aclDocument } from "../acl-xml.ts"
import { ofObjectOrVersion } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"

export const getObjectAcl: ObjectOperation = {
  name: "GetObjectAcl",
  target: "object",
  match: { method: "GET", subresource: "acl", versionId: true },
  needs: ofObjectOrVersion("oss:GetObjectAcl", "oss:GetObjectVersionAcl"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { store, bucket, selector, settings } = call
    const { record } = await loadVersion(store, call, selector)
    const { acl } = record
    const headers = versionHeaders(bucket, record)
    return { status: 200, headers, body: { kind: "xml", root: aclDocument(settings, acl) } }
  },
}

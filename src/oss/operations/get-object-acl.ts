import { loadObject } from "../../objects/read.ts"
import { aclDocument } from "../acl-xml.ts"
import type { ObjectOperation } from "../operation.ts"

export const getObjectAcl: ObjectOperation = {
  name: "GetObjectAcl",
  target: "object",
  match: { method: "GET", subresource: "acl" },
  permission: "oss:GetObjectAcl",
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket, objectKey, settings }) {
    const { acl } = await loadObject(store, bucket, objectKey)
    return { status: 200, body: { kind: "xml", root: aclDocument(settings, acl) } }
  },
}

import { versionHeaders } from "../version-id.ts"
import { setObjectAcl } from "../../objects/change.ts"
import { readNamedAcl } from "../attributes.ts"
import { OssError } from "../errors.ts"
import { ofObjectOrVersion } from "../needs.ts"
import type { ObjectOperation } from "../operation.ts"

export const putObjectAcl: ObjectOperation = {
  name: "PutObjectAcl",
  target: "object",
  match: { method: "PUT", subresource: "acl", versionId: true },
  needs: ofObjectOrVersion("oss:PutObjectAcl", "oss:PutObjectVersionAcl"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run(call) {
    const { request, store, bucket, selector } = call
    const acl = readNamedAcl(request)
    if (acl === undefined) throw new OssError("MissingArgument")
    const record = await setObjectAcl(store, call, selector, acl)
    return { status: 200, headers: versionHeaders(bucket, record) }
  },
}

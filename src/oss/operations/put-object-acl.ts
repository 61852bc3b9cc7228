import { changeObject } from "../../objects/write.ts"
import { readObjectAcl } from "../attributes.ts"
import { OssError } from "../errors.ts"
import type { ObjectOperation } from "../operation.ts"

export const putObjectAcl: ObjectOperation = {
  name: "PutObjectAcl",
  target: "object",
  match: { method: "PUT", subresource: "acl" },
  permission: "oss:PutObjectAcl",
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket, objectKey }) {
    const value = request.headers.get("x-oss-object-acl")
    if (value === undefined) throw new OssError("MissingArgument")
    const acl = readObjectAcl(value)
    await changeObject(store, bucket, objectKey, (record) => ({ ...record, acl }))
    return { status: 200 }
  },
}

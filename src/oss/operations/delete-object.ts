import { deleteObjects } from "../../objects/delete.ts"
import type { ObjectOperation } from "../operation.ts"

export const deleteObject: ObjectOperation = {
  name: "DeleteObject",
  target: "object",
  match: { method: "DELETE", subresource: null },
  permission: "oss:DeleteObject",
  acl: "bucket-write",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket, objectKey }) {
    await deleteObjects(store, bucket, [objectKey])
    return { status: 204 }
  },
}

import { setBucketAcl } from "../../objects/buckets.ts"
import { readBucketAcl } from "../acl-xml.ts"
import { OssError } from "../errors.ts"
import type { BucketOperation } from "../operation.ts"

export const putBucketAcl: BucketOperation = {
  name: "PutBucketAcl",
  target: "bucket",
  match: { method: "PUT", subresource: "acl" },
  permission: "oss:PutBucketAcl",
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ request, store, bucket }) {
    const acl = readBucketAcl(request.headers.get("x-oss-acl"))
    if (acl === undefined) throw new OssError("MissingArgument")
    await setBucketAcl(store, bucket, acl)
    return { status: 200 }
  },
}

import { dataEncryptionOf } from "../encryption-rule.ts"
import { OssError } from "../errors.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const getBucketEncryption: BucketOperation = {
  name: "GetBucketEncryption",
  target: "bucket",
  match: { method: "GET", subresource: "encryption" },
  needs: ofBucket("oss:GetBucketEncryption"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run({ bucket }) {
    const rule = bucket.record.defaultEncryption
    if (rule.method === "none") {
      throw new OssError("NoSuchServerSideEncryptionRule", { fields: { BucketName: bucket.name } })
    }
    const content: XmlElement[] = [
      ["SSEAlgorithm", rule.method],
      ["KMSMasterKeyID", rule.method === "KMS" ? rule.cmk : undefined],
      ["KMSDataEncryption", dataEncryptionOf(rule)],
    ]
    const root: XmlElement = [
      "ServerSideEncryptionRule",
      [["ApplyServerSideEncryptionByDefault", content]],
    ]
    return Promise.resolve({ status: 200, body: { kind: "xml", root } })
  },
}

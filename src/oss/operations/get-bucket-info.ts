import { isoTime } from "../../base/clock.ts"
import type { EncryptionChoice, Versioning } from "../../objects/rows/records.ts"
import { ownerElement } from "../acl-xml.ts"
import { endpoints } from "../endpoints.ts"
import { dataEncryptionOf } from "../encryption-rule.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const getBucketInfo: BucketOperation = {
  name: "GetBucketInfo",
  target: "bucket",
  match: { method: "GET", subresource: "bucketInfo" },
  permission: "oss:GetBucketInfo",
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  run({ bucket, settings }) {
    const { record, name } = bucket
    const { extranet, intranet, location } = endpoints(settings)
    const root: XmlElement = [
      "BucketInfo",
      [
        [
          "Bucket",
          [
            ["AccessMonitor", "Disabled"],
            ["CreationDate", isoTime(record.createdMs)],
            ["CrossRegionReplication", "Disabled"],
            ["DataRedundancyType", record.dataRedundancyType],
            ["ExtranetEndpoint", extranet],
            ["IntranetEndpoint", intranet],
            ["Location", location],
            ["Name", name],
            ownerElement(settings),
            ["ResourceGroupId", ""],
            ["StorageClass", record.storageClass],
            ["TransferAcceleration", "Disabled"],
            ["Versioning", VERSIONING_TEXT[record.versioning]],
            ["AccessControlList", [["Grant", record.acl]]],
            ["BlockPublicAccess", false],
            [
              "BucketPolicy",
              [
                ["LogBucket", ""],
                ["LogPrefix", ""],
              ],
            ],
            ["ServerSideEncryptionRule", encryptionRule(record.defaultEncryption)],
          ],
        ],
      ],
    ]
    return Promise.resolve({ status: 200, body: { kind: "xml", root } })
  },
}

/** Left out where versions were never kept. */
const VERSIONING_TEXT: Readonly<Record<Versioning, string | undefined>> = {
  never: undefined,
  enabled: "Enabled",
  suspended: "Suspended",
}

/** Another shape than GetBucketEncryption's: no inner element, "None" when unset, an empty CMK id for the default CMK. */
function encryptionRule(rule: EncryptionChoice): XmlElement[] {
  if (rule.method !== "KMS")
    return [["SSEAlgorithm", rule.method === "none" ? "None" : rule.method]]
  return [
    ["SSEAlgorithm", "KMS"],
    ["KMSMasterKeyID", rule.cmk ?? ""],
    ["KMSDataEncryption", dataEncryptionOf(rule)],
  ]
}

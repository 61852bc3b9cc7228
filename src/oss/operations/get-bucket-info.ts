import { isoTime } from "../../base/clock.ts"
import type { DefaultEncryption } from "../../objects/records.ts"
import { ownerElement } from "../acl-xml.ts"
import { endpoints } from "../endpoints.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../xml-write.ts"

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

/** Another shape than GetBucketEncryption's: no inner element, "None" when unset, an empty CMK id for the default CMK. */
function encryptionRule(rule: DefaultEncryption | undefined): XmlElement[] {
  if (rule?.algorithm !== "KMS") return [["SSEAlgorithm", rule?.algorithm ?? "None"]]
  return [
    ["SSEAlgorithm", "KMS"],
    ["KMSMasterKeyID", rule.cmkId ?? ""],
  ]
}

import { isoTime } from "../../base/clock.ts"
import type { EncryptionChoice, Versioning } from "../../objects/rows/records.ts"
import { endpoints } from "../endpoints.ts"
import { dataEncryptionOf } from "../encryption-rule.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

export const getBucketInfo: BucketOperation = {
  name: "GetBucketInfo",
  target: "bucket",
  match: { method: "GET", subresource: "bucketInfo" },
  needs: ofBucket("oss:GetBucketInfo"),
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
            ["Comment", ""],
            ["CreationDate", isoTime(record.createdMs)],
            ["CrossRegionReplication", "Disabled"],
            ["DataRedundancyType", record.dataRedundancyType],
            ["ExtranetEndpoint", extranet],
            ["IntranetEndpoint", intranet],
            ["Location", location],
            ["Name", name],
            // The service uses the opposite order elsewhere.
            [
              "Owner",
              [
                ["DisplayName", settings.owner.displayName],
                ["ID", settings.owner.id],
              ],
            ],
            ["ResourceGroupId", DEFAULT_RESOURCE_GROUP],
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

/** There are no resource groups, but clients look for an id. */
const DEFAULT_RESOURCE_GROUP = "rg-default"

/** Omitted where versions were never kept. */
const VERSIONING_TEXT: Readonly<Record<Versioning, string | undefined>> = {
  never: undefined,
  enabled: "Enabled",
  suspended: "Suspended",
}

/**
 * Its shape differs from GetBucketEncryption's: no inner element, "None" when unset, an empty CMK id for the default
 * CMK.
 */
function encryptionRule(rule: EncryptionChoice): XmlElement[] {
  if (rule.method !== "KMS")
    return [["SSEAlgorithm", rule.method === "none" ? "None" : rule.method]]
  return [
    ["SSEAlgorithm", "KMS"],
    ["KMSMasterKeyID", rule.cmk ?? ""],
    ["KMSDataEncryption", dataEncryptionOf(rule)],
  ]
}

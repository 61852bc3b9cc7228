import { statBucket } from "../../objects/buckets.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../xml-write.ts"

export const getBucketStat: BucketOperation = {
  name: "GetBucketStat",
  target: "bucket",
  match: { method: "GET", subresource: "stat" },
  permission: "oss:GetBucketStat",
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket, clock }) {
    const { sizeBytes, objectCount, uploadCount } = await statBucket(store, bucket)
    const root: XmlElement = [
      "BucketStat",
      [
        ["Storage", sizeBytes],
        ["ObjectCount", objectCount],
        ["MultipartUploadCount", uploadCount],
        ["LiveChannelCount", 0],
        ["LastModifiedTime", Math.floor(clock.nowMs() / 1000)],
        ["StandardStorage", sizeBytes],
        ["StandardObjectCount", objectCount],
        ...OTHER_CLASSES.map((name): XmlElement => [name, 0]),
      ],
    ]
    return { status: 200, body: { kind: "xml", root } }
  },
}

/** Storage classes are labels here: everything is counted as standard storage. */
const OTHER_CLASSES = [
  "InfrequentAccessStorage",
  "InfrequentAccessRealStorage",
  "InfrequentAccessObjectCount",
  "ArchiveStorage",
  "ArchiveRealStorage",
  "ArchiveObjectCount",
  "ColdArchiveStorage",
  "ColdArchiveRealStorage",
  "ColdArchiveObjectCount",
  "DeepColdArchiveStorage",
  "DeepColdArchiveRealStorage",
  "DeepColdArchiveObjectCount",
  "DeleteMarkerCount",
]

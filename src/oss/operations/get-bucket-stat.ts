import { statBucket, type StorageStat } from "../../objects/bucket-stat.ts"
import { ofBucket } from "../needs.ts"
import type { BucketOperation } from "../operation.ts"
import type { XmlElement } from "../../base/xml-write.ts"

/**
 * LastModifiedTime is when the sums were read, even for an empty bucket: here they are always current. Source: docs, Go v2
 * suite.
 */
export const getBucketStat: BucketOperation = {
  name: "GetBucketStat",
  target: "bucket",
  match: { method: "GET", subresource: "stat" },
  needs: ofBucket("oss:GetBucketStat"),
  acl: "owner",
  body: { kind: "none" },
  encryptionHeader: "rejected",
  async run({ store, bucket, clock }) {
    const stat = await statBucket(store, bucket)
    const counts = CLASSES.map(([, storageClass]) => stat.byStorageClass.get(storageClass) ?? NONE)
    const { uploadCount, partCount, deleteMarkerCount } = stat
    const objectCount = counts.reduce((sum, each) => sum + each.objectCount, 0)
    const root: XmlElement = [
      "BucketStat",
      [
        ["Storage", counts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)],
        ["ObjectCount", objectCount],
        ["MultipartUploadCount", uploadCount],
        ["LiveChannelCount", 0],
        ["LastModifiedTime", Math.floor(clock.nowMs() / 1000)],
        ...CLASSES.flatMap(([name], index) => classElements(name, counts[index] ?? NONE)),
        ["MultipartPartCount", partCount],
        ["DeleteMarkerCount", deleteMarkerCount],
      ],
    ]
    return { status: 200, body: { kind: "xml", root } }
  },
}

const NONE: StorageStat = { objectCount: 0, sizeBytes: 0 }

/** The names of the elements, and the storage classes that they count. */
const CLASSES = [
  ["Standard", "Standard"],
  ["InfrequentAccess", "IA"],
  ["Archive", "Archive"],
  ["ColdArchive", "ColdArchive"],
  ["DeepColdArchive", "DeepColdArchive"],
] as const

function classElements(name: string, { objectCount, sizeBytes }: StorageStat): XmlElement[] {
  const storage: XmlElement = [`${name}Storage`, sizeBytes]
  const count: XmlElement = [`${name}ObjectCount`, objectCount]
  return name === "Standard"
    ? [storage, count]
    : [storage, [`${name}RealStorage`, sizeBytes], count]
}

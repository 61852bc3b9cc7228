import { z } from "zod"
import { takeCensus } from "../../objects/census.ts"
import { ownBucket, sharesOf } from "../bucket-view.ts"
import { ofBucket } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { encryptionShares, oneBucket } from "../schemas/bucket.ts"
import { count } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

export const describeBucketStatistics: Operation = defineOperation({
  name: "describeBucketStatistics",
  tag: "buckets",
  summary: "What a bucket contains, by encryption and storage class",
  method: "GET",
  path: "/api/buckets/{bucket}/statistics",
  parameters: oneBucket,
  output: named(
    "BucketStatistics",
    z.object({
      objects: count.describe("newest versions"),
      olderVersions: count,
      deleteMarkers: count,
      uploads: count,
      parts: count,
      partBytes: count,
      byEncryption: encryptionShares,
      byStorageClass: z.array(
        z.object({ storageClass: z.string(), objectVersions: count, objectBytes: count }),
      ),
    }),
  ),
  errors: ["BucketNotFound"],
  needs: ofBucket("oss:GetBucketStat"),
  run: async (call, { bucket: name }) => {
    const census = await takeCensus(call.store, await ownBucket(call, name))
    return {
      objects: census.objectCount,
      olderVersions: census.olderVersionCount,
      deleteMarkers: census.deleteMarkerCount,
      uploads: census.uploadCount,
      parts: census.partCount,
      partBytes: census.partBytes,
      byEncryption: sharesOf(census),
      byStorageClass: Array.from(census.byStorageClass, ([storageClass, sum]) => ({
        storageClass,
        objectVersions: sum.versionCount,
        objectBytes: sum.sizeBytes,
      })),
    }
  },
})

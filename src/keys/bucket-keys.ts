import type { Write } from "../storage/metadata-store.ts"

/** The keys that wrap the data keys of a bucket's objects when no CMK does. One per bucket instance, made and destroyed with it. */
export interface BucketKeys {
  /** The row that a new bucket's commit must write along. */
  create(bucketInstanceId: Buffer): Write
  /** The row that the bucket's deletion must delete: without it nothing wrapped under the key opens again. */
  destroy(bucketInstanceId: Buffer): Write
}

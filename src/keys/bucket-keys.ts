import type { Write } from "../storage/metadata-store.ts"

/**
 * The keys that wrap the data keys of a bucket's objects without a CMK. One per bucket instance, created and destroyed
 * with it.
 */
export interface BucketKeys {
  /** The row that the commit of a new bucket must write. */
  create(bucketInstanceId: Buffer): Write
  /** The row that the bucket's deletion must delete. Without it nothing wrapped under the key opens again. */
  destroy(bucketInstanceId: Buffer): Write
}

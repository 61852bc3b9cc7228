import type { Caller } from "../identity/caller.ts"
import type { Bucket } from "./buckets.ts"
import type { ObjectKey } from "./names.ts"

/** An object's name in its bucket, and the caller that something is done for. */
export interface Target {
  readonly caller: Caller
  readonly bucket: Bucket
  readonly objectKey: ObjectKey
}

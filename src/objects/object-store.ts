import type { Clock } from "../base/clock.ts"
import { createMemoryBudget, type MemoryBudget } from "../base/memory-budget.ts"
import type { Log } from "../base/log.ts"
import { randomBytes } from "../base/random.ts"
import type { BucketKeys } from "../keys/bucket-keys.ts"
import type { DataKeys, WrappedDataKey } from "../keys/data-keys.ts"
import type { BlobStore } from "../storage/blob-store.ts"
import type { MetadataStore } from "../storage/metadata-store.ts"
import { createReclaimer, type Reclaimer } from "./reclaim.ts"
import type { Survey } from "./survey.ts"
import { createUses, type Uses } from "./uses.ts"

/** What an object store is made of. */
export interface ObjectStoreParts {
  /** Seals every value. */
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  readonly bucketKeys: BucketKeys
  readonly dataKeys: Readonly<Record<WrappedDataKey["provider"], DataKeys>>
  readonly clock: Clock
  readonly log: Log
  readonly survey: Survey
}

/** The first argument of every rule in this folder. */
export interface ObjectStore extends ObjectStoreParts {
  /** Drawn at every start: marks in stored rows tell by it whether who set them is still there. */
  readonly gatewayId: string
  /** The uploads that this gateway is completing: a mark of its own that is not among them was left by a failure. */
  readonly completing: Set<string>
  /** What requests may hold in memory, all of them together. */
  readonly memory: MemoryBudget
  readonly uses: Uses
  readonly reclaimer: Reclaimer
}

/** A process under attack grows by about three times as much: see `npm run limits`. */
const REQUEST_MEMORY_BYTES = 64 * 1024 ** 2

export function createObjectStore(parts: ObjectStoreParts): ObjectStore {
  const uses = createUses()
  return {
    ...parts,
    gatewayId: randomBytes(16).toString("hex"),
    completing: new Set(),
    memory: createMemoryBudget(REQUEST_MEMORY_BYTES),
    uses,
    reclaimer: createReclaimer({ ...parts, uses }),
  }
}

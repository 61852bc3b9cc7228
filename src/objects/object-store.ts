import type { Clock } from "../base/clock.ts"
import { createDamageNotes, type DamageNotes } from "../base/damage-notes.ts"
import { createMemoryBudget, type MemoryBudget } from "../base/memory-budget.ts"
import type { Log } from "../base/log.ts"
import { randomBytes } from "../base/random.ts"
import type { BucketKeys } from "../keys/bucket-keys.ts"
import type { DataKeys, WrappedDataKey } from "../keys/data-keys.ts"
import type { BlobStore } from "../storage/blob-store.ts"
import type { MetadataStore } from "../storage/metadata-store.ts"
import { createListedRows, type ListedRows } from "./listed-rows.ts"
import { LARGE_DIGESTS_HERE, type LargeDigests } from "./large-digests.ts"
import { createReclaimer, type Reclaimer } from "./reclaim.ts"
import type { Survey } from "./survey.ts"
import { createUses, type SharedEpochs, type Uses } from "./uses.ts"

/** The parts of an object store. */
export interface ObjectStoreParts {
  /** Seals every value. */
  readonly metadata: MetadataStore
  readonly blobs: BlobStore
  readonly bucketKeys: BucketKeys
  readonly dataKeys: Readonly<Record<WrappedDataKey["provider"], DataKeys>>
  readonly clock: Clock
  readonly log: Log
  readonly survey: Survey
  /** Defaults to digesting on this thread. */
  readonly largeDigests?: LargeDigests | undefined
  /** Set when several gateways share one process. */
  readonly gateway?: GatewayPlace | undefined
  /** Shared with other stores whose requests come through the same listeners. Defaults to its own budget. */
  readonly memory?: MemoryBudget | undefined
  /** Receives reports of damaged objects and rows. By default the store creates its own. */
  readonly damage?: DamageNotes | undefined
}

/** One of the gateways of a process. */
export interface GatewayPlace {
  /** The same for all of them. */
  readonly gatewayId: string
  readonly epochs: SharedEpochs
  /** From 0. */
  readonly index: number
}

/** The first argument of every rule in this folder. */
export interface ObjectStore extends ObjectStoreParts {
  /**
   * Drawn at every start, for all gateways of a process. Marks in stored rows contain it, so that it is known whether
   * their process may still run.
   */
  readonly gatewayId: string
  /** The memory that all requests together may hold. */
  readonly memory: MemoryBudget
  readonly damage: DamageNotes
  readonly largeDigests: LargeDigests
  readonly listed: ListedRows
  readonly uses: Uses
  readonly reclaimer: Reclaimer
}

/** A process under attack grows by about three times this size: see `npm run limits`. */
export const REQUEST_MEMORY_BYTES: number = 64 * 1024 ** 2

export function newGatewayId(): string {
  return randomBytes(16).toString("hex")
}

export function createObjectStore(parts: ObjectStoreParts): ObjectStore {
  const { gateway } = parts
  const uses = createUses(gateway?.epochs, gateway?.index)
  return {
    ...parts,
    gatewayId: gateway?.gatewayId ?? newGatewayId(),
    damage: parts.damage ?? createDamageNotes(),
    largeDigests: parts.largeDigests ?? LARGE_DIGESTS_HERE,
    listed: createListedRows(),
    memory: parts.memory ?? createMemoryBudget(REQUEST_MEMORY_BYTES),
    uses,
    reclaimer: createReclaimer({ ...parts, uses }),
  }
}

import type { KeyObject } from "node:crypto"
import type { DataKeyContext, WrappedDataKey } from "./data-keys.ts"

const KEYS_MAX = 4096
const AGE_MS_MAX = 60_000

interface Entry {
  readonly dataKey: KeyObject
  readonly wrapped: Buffer
  readonly bucketInstanceId: Buffer
  readonly objectKey: string
  readonly untilMs: number
}

/**
 * Recently unwrapped data keys, for objects that are read again and again: unwrapping is a third of a small read. It
 * holds at most 4,096 data keys, each for at most a minute. It knows nothing of callers and states: its user must check
 * on every hit that the caller may use the key, and the key's state. A hit needs the same wrapped bytes and the same
 * context.
 */
export interface DataKeyCache {
  find(wrapped: WrappedDataKey, context: DataKeyContext): KeyObject | undefined
  remember(wrapped: WrappedDataKey, context: DataKeyContext, dataKey: KeyObject): void
}

export function createDataKeyCache(): DataKeyCache {
  const entries = new Map<string, Entry>()
  return {
    find({ wrapped }, { dataKeyId, bucketInstanceId, objectKey }) {
      const entry = entries.get(dataKeyId)
      const isSame =
        entry !== undefined &&
        entry.objectKey === objectKey &&
        entry.wrapped.equals(wrapped) &&
        entry.bucketInstanceId.equals(bucketInstanceId) &&
        performance.now() < entry.untilMs
      return isSame ? entry.dataKey : undefined
    },
    remember({ wrapped }, { dataKeyId, bucketInstanceId, objectKey }, dataKey) {
      const untilMs = performance.now() + AGE_MS_MAX
      entries.delete(dataKeyId)
      if (entries.size >= KEYS_MAX) forgetOldest(entries)
      entries.set(dataKeyId, { dataKey, wrapped, bucketInstanceId, objectKey, untilMs })
    },
  }
}

/** A Map iterates its entries in insertion order. */
export function forgetOldest(entries: Map<string, unknown>): void {
  const oldest = entries.keys().next()
  if (oldest.done !== true) entries.delete(oldest.value)
}

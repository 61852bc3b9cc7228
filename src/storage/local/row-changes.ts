import { asBuffer } from "../../base/bytes.ts"
import type { StoreKey } from "../metadata-store.ts"

/** This many counters: rows that share one cost each other a read when they change. */
const COUNTERS = 1 << 16

/**
 * Counts the changes of rows for all threads of a process, so that each can tell whether its cached rows are current.
 * The writer thread increments the counter of each row of a commit before the commit becomes visible, and again before
 * it is answered. A row that was read after its counter was read is current while the counter has not moved.
 */
export interface RowChanges {
  readonly memory: SharedArrayBuffer
  counterOf(name: string): number
  at(counter: number): number
  count(storeKeys: Iterable<StoreKey>): void
}

export function createRowChanges(
  memory: SharedArrayBuffer = new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT),
): RowChanges {
  const counters = new Int32Array(memory)
  return {
    memory,
    counterOf,
    at: (counter) => Atomics.load(counters, counter),
    count(storeKeys) {
      for (const storeKey of storeKeys) Atomics.add(counters, counterOf(nameOf(storeKey)), 1)
    },
  }
}

export function nameOf(storeKey: StoreKey): string {
  return asBuffer(storeKey).toString("latin1")
}

/** FNV-1a, folded. */
function counterOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  }
  return (hash ^ (hash >>> 16)) & (COUNTERS - 1)
}

import { asBuffer } from "../../base/bytes.ts"
import type { StoreKey } from "../metadata-store.ts"

/** A row shares its counter with one in so many others: a change of theirs costs a read. */
const COUNTERS = 1 << 16

/**
 * Counts the changes of rows for all threads of a process, so that each can tell whether what it remembers is still so. The
 * writer thread counts each row of a commit up before the commit can be seen, and again before it is answered. A row that
 * was read after its counter was looked at, and whose counter has not moved since, is what it was.
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

import { asBuffer } from "../../base/bytes.ts"
import type { StoreKey } from "../metadata-store.ts"

/** This many counters: rows that share one cost each other a read when they change. */
const COUNTERS = 1 << 16

/**
 * Counts the changes of rows for all threads of a process, so that each can tell whether its cached rows are current.
 * The counter of a row is odd while the row is being written. A row that was read after its counter was even is current
 * while the counter has not moved.
 */
export interface RowChanges {
  readonly memory: SharedArrayBuffer
  counterOf(name: string): number
  at(counter: number): number
  /**
   * For the writer thread, before a commit of these rows becomes visible. It calls the returned function before it answers,
   * and before it begins again.
   */
  begin(storeKeys: readonly StoreKey[]): () => void
}

/** Whether the row of this counter is being written: its commit may be visible already, or not yet. */
export function isBeingWritten(count: number): boolean {
  return (count & 1) === 1
}

export function createRowChanges(
  memory: SharedArrayBuffer = new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT),
): RowChanges {
  const counters = new Int32Array(memory)
  return {
    memory,
    counterOf,
    at: (counter) => Atomics.load(counters, counter),
    begin(storeKeys) {
      // Rows may share a counter, which is incremented once.
      const written = new Set(storeKeys.map((storeKey) => counterOf(nameOf(storeKey))))
      const count = (): void => {
        for (const counter of written) Atomics.add(counters, counter, 1)
      }
      count()
      return count
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

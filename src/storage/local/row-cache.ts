import type { Row, StoreKey } from "../metadata-store.ts"
import { isBeingWritten, nameOf, type RowChanges } from "./row-changes.ts"

const REMEMBERED_BYTES_MAX = 32 * 1024 * 1024
/** The approximate size of an entry besides its key and value. */
const ENTRY_BYTES = 300

/** Recently read rows, as the same objects until a thread writes them. */
export interface RowCache {
  /**
   * The rows as they all were at one moment since the call. Reads those that are not cached by one call of `read`,
   * which returns them from one snapshot.
   */
  get(
    storeKeys: readonly StoreKey[],
    read: (storeKeys: readonly StoreKey[]) => readonly (Row | undefined)[],
  ): (Row | undefined)[]
}

/** A row, and the value of its counter before it was read. */
interface Entry {
  readonly row: Row
  readonly counter: number
  readonly count: number
}

export function createRowCache(
  changes: RowChanges,
  bytesMax: number = REMEMBERED_BYTES_MAX,
): RowCache {
  const entries = new Map<string, Entry>()
  let bytes = 0

  const isStill = ({ counter, count }: Entry): boolean => changes.at(counter) === count

  function forget(name: string): void {
    const entry = entries.get(name)
    if (entry === undefined) return
    entries.delete(name)
    bytes -= bytesOf(entry.row)
  }

  function remember(name: string, entry: Entry): void {
    forget(name)
    entries.set(name, entry)
    bytes += bytesOf(entry.row)
    while (bytes > bytesMax) {
      const oldest = entries.keys().next()
      if (oldest.done === true) return
      forget(oldest.value)
    }
  }

  function readAll(
    names: readonly string[],
    storeKeys: readonly StoreKey[],
    read: (storeKeys: readonly StoreKey[]) => readonly (Row | undefined)[],
  ): readonly (Row | undefined)[] {
    // Before the rows are read: a change in between only makes the cached entry useless. A row that is being written is not
    // cached: it may be older than others that are read before its counter moves again.
    const counters = names.map((name) => changes.counterOf(name))
    const counts = counters.map((counter) => changes.at(counter))
    const rows = read(storeKeys)
    names.forEach((name, index) => {
      const row = rows[index]
      const count = counts[index] ?? 0
      if (row === undefined || isBeingWritten(count)) forget(name)
      else remember(name, { row, counter: counters[index] ?? 0, count })
    })
    return rows
  }

  return {
    get(storeKeys, read) {
      const names = storeKeys.map(nameOf)
      const known = names.map((name) => {
        const entry = entries.get(name)
        return entry !== undefined && isStill(entry) ? entry : undefined
      })
      const missing = known.flatMap((entry, index) => (entry === undefined ? [index] : []))
      if (missing.length === 0) return known.map((entry) => entry?.row)
      const found = readAll(
        missing.map((index) => names[index] ?? ""),
        missing.flatMap((index) => storeKeys[index] ?? []),
        read,
      )[Symbol.iterator]()
      // A cached row that changed in the meantime is older than the rows just read.
      if (!known.every((entry) => entry === undefined || isStill(entry))) {
        return [...readAll(names, storeKeys, read)]
      }
      return known.map((entry): Row | undefined => entry?.row ?? found.next().value)
    },
  }
}

function bytesOf({ key, value }: Row): number {
  return ENTRY_BYTES + key.length + value.length
}

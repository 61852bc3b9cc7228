import { asBuffer } from "../../base/bytes.ts"
import type { Row, StoreKey, Write } from "../metadata-store.ts"

const REMEMBERED_BYTES_MAX = 32 * 1024 * 1024
/** The approximate size of an entry besides its key and value. */
const ENTRY_BYTES = 300

/**
 * Rows that were read a moment ago, the same objects again for as long as nobody writes them. Every commit of the process
 * must be announced here before it is sent; the engine that owns this lets no other process write.
 */
export interface RowCache {
  /** The rows as they are now: those that are not remembered by one call of `read`. */
  get(
    storeKeys: readonly StoreKey[],
    read: (storeKeys: readonly StoreKey[]) => readonly (Row | undefined)[],
  ): (Row | undefined)[]
  /** Forgets the rows of a commit that is about to be sent. None is remembered again before the result was called. */
  changing(writes: readonly Write[]): () => void
}

export function createRowCache(bytesMax: number = REMEMBERED_BYTES_MAX): RowCache {
  const rows = new Map<string, Row>()
  const changing = new Map<string, number>()
  let bytes = 0

  function forget(name: string): void {
    const row = rows.get(name)
    if (row === undefined) return
    rows.delete(name)
    bytes -= bytesOf(row)
  }

  function remember(name: string, row: Row): void {
    rows.set(name, row)
    bytes += bytesOf(row)
    while (bytes > bytesMax) {
      const oldest = rows.keys().next()
      if (oldest.done === true) return
      forget(oldest.value)
    }
  }

  return {
    get(storeKeys, read) {
      const names = storeKeys.map(nameOf)
      const found = names.map((name) => rows.get(name))
      const missing = storeKeys.filter((_storeKey, index) => found[index] === undefined)
      if (missing.length === 0) return found
      const answers = read(missing)[Symbol.iterator]()
      return found.map((known, index) => {
        if (known !== undefined) return known
        const row: Row | undefined = answers.next().value
        const name = names[index] ?? ""
        if (row !== undefined && !changing.has(name)) remember(name, row)
        return row
      })
    },
    changing(writes) {
      const names = writes.map(({ key }) => nameOf(key))
      for (const name of names) {
        forget(name)
        changing.set(name, (changing.get(name) ?? 0) + 1)
      }
      return () => {
        for (const name of names) {
          const left = (changing.get(name) ?? 1) - 1
          if (left === 0) changing.delete(name)
          else changing.set(name, left)
        }
      }
    },
  }
}

function nameOf(storeKey: StoreKey): string {
  return asBuffer(storeKey).toString("latin1")
}

function bytesOf({ key, value }: Row): number {
  return ENTRY_BYTES + key.length + value.length
}

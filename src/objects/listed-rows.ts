// Opening its rows is half of a list page. Rows are listed again and again while few of them change, so what lists show of them is
// kept. Figures: docs/decisions/where-the-time-goes.md.

import type { Brand } from "../base/brand.ts"
import { asBuffer } from "../base/bytes.ts"
import type { StoreKey, Version } from "../storage/metadata-store.ts"
import type { ListedRecord } from "./rows/records.ts"

export interface ListedRow {
  readonly objectKey: string
  readonly record: ListedRecord
}

/** What lists showed of `current` rows. A name stands for a row key; a row of another version is another row. */
export interface ListedRows {
  find(name: RowName, version: Version): ListedRow | undefined
  add(name: RowName, version: Version, row: ListedRow): void
}

export type RowName = Brand<string, "RowName">

export function rowName(key: StoreKey): RowName {
  return asBuffer(key).toString("latin1") as RowName
}

interface Entry {
  readonly version: Version
  readonly row: ListedRow
}

/** Two generations hold as many bytes each. */
const BYTES_MAX = 8 * 1024 ** 2
/** The approximate size of an entry besides its two names. */
const ENTRY_BYTES = 300
const GENERATION_MS_MIN = 60_000

/** A row key is kept with one byte a character. An object key takes two if one of its characters is beyond U+00FF. */
function bytesOf(name: RowName, { objectKey }: ListedRow): number {
  return ENTRY_BYTES + name.length + 2 * objectKey.length
}

/**
 * When a generation is full, the next one begins and the one before it is forgotten, but not within a minute: then a row that has
 * no room is not kept. So lists of more rows than there is room for find some of them here, and do not replace all of them.
 */
export function createListedRows(
  bytesMax: number = BYTES_MAX,
  nowMs: () => number = () => performance.now(),
): ListedRows {
  let entries = new Map<RowName, Entry>()
  let before = new Map<RowName, Entry>()
  let bytes = 0
  let beganMs = -Infinity

  function makeRoom(name: RowName, row: ListedRow): boolean {
    if (entries.has(name)) return true
    const needed = bytesOf(name, row)
    if (bytes + needed > bytesMax) {
      const now = nowMs()
      if (now - beganMs < GENERATION_MS_MIN) return false
      before = entries
      entries = new Map()
      bytes = 0
      beganMs = now
    }
    bytes += needed
    return true
  }

  function keep(name: RowName, entry: Entry): void {
    if (makeRoom(name, entry.row)) entries.set(name, entry)
  }

  return {
    find(name, version) {
      const entry = entries.get(name)
      if (entry?.version === version) return entry.row
      const earlier = before.get(name)
      if (earlier?.version !== version) return undefined
      keep(name, earlier)
      return earlier.row
    },
    add(name, version, row) {
      keep(name, { version, row })
    },
  }
}

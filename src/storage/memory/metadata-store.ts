import { afterPrefix } from "../../base/bytes.ts"
import { commonPrefixOf } from "../common-prefix.ts"
import {
  checkCommit,
  checkGet,
  checkScan,
  checkTallies,
  isEmptyScan,
  wantsValue,
} from "../limits.ts"
import type {
  Commit,
  CommitResult,
  Displaced,
  Expect,
  MetadataStore,
  Row,
  Scan,
  Scanned,
  StoreKey,
  Tally,
  TallySum,
} from "../metadata-store.ts"

const NO_VALUE = Buffer.alloc(0)

/** Rows in key order. Keys are latin1 text, which sorts like the bytes. */
interface SortedRows {
  find(key: StoreKey): Row | undefined
  put(row: Row): void
  remove(key: StoreKey): void
  /** The position of the first row whose key is not less. */
  seek(key: StoreKey): number
  at(position: number): Row | undefined
}

function createSortedRows(): SortedRows {
  const rows = new Map<string, Row>()
  const sorted: string[] = []
  return {
    find: (key) => rows.get(textOf(key)),
    put(row) {
      const text = textOf(row.key)
      if (!rows.has(text)) sorted.splice(indexOf(sorted, text), 0, text)
      rows.set(text, row)
    },
    remove(key) {
      const text = textOf(key)
      if (rows.delete(text)) sorted.splice(indexOf(sorted, text), 1)
    },
    seek: (key) => indexOf(sorted, textOf(key)),
    at: (position) => rows.get(sorted[position] ?? ""),
  }
}

/** The tally of each row, and their sums. */
interface Tallies {
  /** Sets what the row counts from now on, in place of what it counted before. */
  replace(key: StoreKey, tally: Tally | undefined): void
  sums(prefix: Uint8Array): TallySum[]
}

function createTallies(): Tallies {
  const ofRows = new Map<string, Tally>()
  const sums = new Map<string, { rows: number; bytes: number }>()

  function add({ group, bytes }: Tally, sign: 1 | -1): void {
    const name = textOf(group)
    const sum = sums.get(name) ?? { rows: 0, bytes: 0 }
    sum.rows += sign
    sum.bytes += sign * bytes
    if (sum.rows === 0) sums.delete(name)
    else sums.set(name, sum)
  }

  return {
    replace(key, tally) {
      const name = textOf(key)
      const before = ofRows.get(name)
      if (before !== undefined) add(before, -1)
      if (tally === undefined) {
        ofRows.delete(name)
        return
      }
      ofRows.set(name, { group: Buffer.from(tally.group), bytes: tally.bytes })
      add(tally, 1)
    },
    sums: (prefix) =>
      [...sums]
        .filter(([name]) => name.startsWith(textOf(prefix)))
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, sum]) => ({ group: Buffer.from(name, "latin1"), ...sum })),
  }
}

/** Rows in memory. They end with the process. */
export function createMemoryMetadataStore(): MetadataStore {
  const rows = createSortedRows()
  const tallies = createTallies()
  const applied = new Set<string>()
  return {
    get: (keys) =>
      settle(() => {
        checkGet(keys)
        return keys.map((key) => rows.find(key))
      }),
    scan: (scan) =>
      settle(() => {
        checkScan(scan)
        return scanRows(rows, scan)
      }),
    commit: (commit) =>
      settle((): CommitResult => {
        checkCommit(commit)
        if (applied.has(commit.id)) return { outcome: "applied", displaced: "unknown" }
        const conflict = conflictOf(rows, commit)
        if (conflict !== undefined) return { outcome: "conflict", key: conflict }
        applied.add(commit.id)
        return { outcome: "applied", displaced: apply({ rows, tallies }, commit) }
      }),
    tallies: (prefix) =>
      settle(() => {
        checkTallies(prefix)
        return tallies.sums(prefix)
      }),
    close: () => Promise.resolve(),
  }
}

function conflictOf(rows: SortedRows, { guards, writes }: Commit): StoreKey | undefined {
  const guard = guards.find(({ key, version }) => !isExpected(rows.find(key), version))
  return guard?.key ?? writes.find(({ key, expect }) => !isExpected(rows.find(key), expect))?.key
}

function apply(
  { rows, tallies }: { readonly rows: SortedRows; readonly tallies: Tallies },
  { version, writes }: Commit,
): Displaced[] {
  const displaced: Displaced[] = []
  for (const { key, value, expect, tally } of writes) {
    const old = rows.find(key)
    tallies.replace(key, tally)
    if (expect === "any" && old !== undefined) displaced.push({ key, value: old.value })
    if (value === null) rows.remove(key)
    else rows.put({ key: Buffer.from(key), value: Buffer.from(value), version })
  }
  return displaced
}

function scanRows(rows: SortedRows, scan: Scan): Scanned[] {
  if (isEmptyScan(scan)) return []
  const { limit, collapse, reverse = false } = scan
  const found: Scanned[] = []
  let position = reverse ? rows.seek(scan.to) - 1 : rows.seek(scan.from)
  while (found.length < limit) {
    const row = rows.at(position)
    if (row === undefined || !isWithin(row.key, scan)) break
    const prefix = collapse === undefined ? undefined : commonPrefixOf(row.key, collapse)
    if (prefix === undefined) {
      found.push({ kind: "row", ...row, value: wantsValue(scan, row) ? row.value : NO_VALUE })
      position += reverse ? -1 : 1
      continue
    }
    found.push({ kind: "prefix", prefix })
    const next = afterPrefix(prefix)
    if (next === undefined) break
    position = rows.seek(next)
  }
  return found
}

/** The result or the error of `step` as a promise. One call is one step, so it sees and makes one state. */
function settle<T>(step: () => T): Promise<T> {
  return new Promise((resolve) => resolve(step()))
}

function textOf(key: StoreKey): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1")
}

/** The index of `text`, or where it would be inserted. */
function indexOf(sorted: readonly string[], text: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((sorted[middle] ?? "") < text) low = middle + 1
    else high = middle
  }
  return low
}

function isWithin(key: StoreKey, { from, to }: Scan): boolean {
  return Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0
}

function isExpected(row: Row | undefined, expect: Expect): boolean {
  if (expect === "any" || expect === "unread") return true
  if (expect === "absent") return row === undefined
  return row?.version === expect
}

import { afterPrefix } from "../../base/bytes.ts"
import { commonPrefixOf } from "../common-prefix.ts"
import { checkCommit, checkGet, checkScan, isEmptyScan } from "../limits.ts"
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
} from "../metadata-store.ts"

const NO_VALUE = Buffer.alloc(0)

/** Rows in memory, gone with the process. Keys as latin1 text, whose order is the order of the bytes. */
export function createMemoryMetadataStore(): MetadataStore {
  const rows = new Map<string, Row>()
  const sorted: string[] = []
  const applied = new Set<string>()

  function conflictOf(commit: Commit): StoreKey | undefined {
    const guard = commit.guards.find(({ key, version }) => !isExpected(find(key), version))
    return (
      guard?.key ?? commit.writes.find(({ key, expect }) => !isExpected(find(key), expect))?.key
    )
  }

  function find(key: StoreKey): Row | undefined {
    return rows.get(textOf(key))
  }

  function set(text: string, row: Row): void {
    if (!rows.has(text)) sorted.splice(indexOf(sorted, text), 0, text)
    rows.set(text, row)
  }

  function remove(text: string): void {
    if (rows.delete(text)) sorted.splice(indexOf(sorted, text), 1)
  }

  function apply({ version, writes }: Commit): Displaced[] {
    const displaced: Displaced[] = []
    for (const { key, value, expect } of writes) {
      const text = textOf(key)
      const old = rows.get(text)
      if (expect === "any" && old !== undefined) displaced.push({ key, value: old.value })
      if (value === null) remove(text)
      else set(text, { key: Buffer.from(key), value: Buffer.from(value), version })
    }
    return displaced
  }

  function scan(request: Scan): Scanned[] {
    if (isEmptyScan(request)) return []
    const { limit, collapse, reverse = false, values = true } = request
    const found: Scanned[] = []
    let index = indexOf(sorted, textOf(reverse ? request.to : request.from))
    if (reverse) index -= 1
    while (found.length < limit) {
      const row = rows.get(sorted[index] ?? "")
      if (row === undefined || !isWithin(row.key, request)) break
      const prefix = collapse === undefined ? undefined : commonPrefixOf(row.key, collapse)
      if (prefix === undefined) {
        found.push({ kind: "row", ...row, value: values ? row.value : NO_VALUE })
        index += reverse ? -1 : 1
        continue
      }
      found.push({ kind: "prefix", prefix })
      const next = afterPrefix(prefix)
      if (next === undefined) break
      index = indexOf(sorted, textOf(next))
    }
    return found
  }

  return {
    get(keys) {
      return settle(() => {
        checkGet(keys)
        return keys.map(find)
      })
    },
    scan(request) {
      return settle(() => {
        checkScan(request)
        return scan(request)
      })
    },
    commit(commit) {
      return settle((): CommitResult => {
        checkCommit(commit)
        if (applied.has(commit.id)) return { outcome: "applied", displaced: "unknown" }
        const conflict = conflictOf(commit)
        if (conflict !== undefined) return { outcome: "conflict", key: conflict }
        applied.add(commit.id)
        return { outcome: "applied", displaced: apply(commit) }
      })
    },
    close: () => Promise.resolve(),
  }
}

/** The answer, or what was thrown, as a promise: one call is one step, so it sees and makes one state. */
function settle<T>(step: () => T): Promise<T> {
  return new Promise((resolve) => resolve(step()))
}

function textOf(key: StoreKey): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1")
}

/** Where `text` stands, or would stand. */
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
  if (expect === "any") return true
  if (expect === "absent") return row === undefined
  return row?.version === expect
}

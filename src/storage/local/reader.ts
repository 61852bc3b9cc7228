import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"
import { afterPrefix, asBuffer } from "../../base/bytes.ts"
import { commonPrefixOf } from "../common-prefix.ts"
import { isEmptyScan, wantsValue } from "../limits.ts"
import type { Row, Scan, Scanned, StoreKey, TallySum, Version } from "../metadata-store.ts"

/** A row as a statement returns it. Arrays cost a third less than objects. A scan of row keys returns nothing more. */
type Found = readonly [
  key: Uint8Array,
  version: bigint,
  value?: Uint8Array | null,
  large?: Uint8Array | null,
]

const NO_VALUE = Buffer.alloc(0)

const WITH_VALUES =
  "rows.key, version, rows.value, large.value FROM rows LEFT JOIN large ON large.id = rows.large"
const KEYS_ONLY = "key, version FROM rows"

/** Reads on the caller's thread, through a connection that sees every acknowledged commit. */
export interface Reader {
  get(keys: readonly StoreKey[]): (Row | undefined)[]
  scan(scan: Scan): Scanned[]
  tallies(prefix: Uint8Array): TallySum[]
  /** The size of the database's pages that hold nothing, and that new rows use first. */
  freeBytes(): number
}

export function createReader(database: DatabaseSync): Reader {
  const getOne = prepare(database, `SELECT ${WITH_VALUES} WHERE rows.key = ?`)
  const range = "WHERE key >= ? AND key < ? ORDER BY key"
  const scans = {
    values: prepare(database, `SELECT ${WITH_VALUES} ${range} LIMIT ?`),
    valuesReverse: prepare(database, `SELECT ${WITH_VALUES} ${range} DESC LIMIT ?`),
    keys: prepare(database, `SELECT ${KEYS_ONLY} ${range} LIMIT ?`),
    keysReverse: prepare(database, `SELECT ${KEYS_ONLY} ${range} DESC LIMIT ?`),
  }
  const groupsFrom = 'SELECT name AS "group", rows, bytes FROM groups WHERE name >= ?'
  const sums = {
    all: database.prepare(`${groupsFrom} ORDER BY name`),
    upTo: database.prepare(`${groupsFrom} AND name < ? ORDER BY name`),
  }

  const freePages = database.prepare(
    "SELECT freelist_count * page_size AS bytes FROM pragma_freelist_count, pragma_page_size",
  )

  /** One snapshot for several statements. */
  function snapshot<T>(read: () => T): T {
    database.exec("BEGIN")
    try {
      return read()
    } finally {
      database.exec("COMMIT")
    }
  }

  function getRow(key: StoreKey): Row | undefined {
    const found = getOne.get(key) as unknown as Found | undefined
    return found === undefined ? undefined : rowOf(key, found)
  }

  function scanOf({ values = true, reverse = false }: Scan): StatementSync {
    if (values === false) return reverse ? scans.keysReverse : scans.keys
    return reverse ? scans.valuesReverse : scans.values
  }

  return {
    get: (keys) => (keys.length === 1 ? keys.map(getRow) : snapshot(() => keys.map(getRow))),
    scan(scan) {
      if (isEmptyScan(scan)) return []
      const statement = scanOf(scan)
      if (scan.collapse !== undefined) return snapshot(() => scanCollapsed(statement, scan))
      const rows = statement.all(scan.from, scan.to, scan.limit) as unknown[] as Found[]
      return rows.map((found) => scannedRow(found, scan))
    },
    tallies(prefix) {
      const end = afterPrefix(prefix)
      const found = end === undefined ? sums.all.all(prefix) : sums.upTo.all(prefix, end)
      return found.map(sumOf)
    },
    freeBytes: () => Number(freePages.get()?.["bytes"]),
  }
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  statement.setReturnArrays(true)
  return statement
}

function rowOf(key: StoreKey, [, version, value, large]: Found): Row {
  return { key, version: version as Version, value: asBuffer(value ?? large ?? NO_VALUE) }
}

function sumOf(found: Readonly<Record<string, SQLOutputValue>>): TallySum {
  const { group, rows, bytes } = found
  return { group: asBuffer(group as Uint8Array), rows: Number(rows), bytes: Number(bytes) }
}

function scannedRow(found: Found, scan: Scan): Scanned {
  const row = rowOf(asBuffer(found[0]), found)
  const { key, version, value } = row
  return { kind: "row", key, version, value: wantsValue(scan, row) ? value : NO_VALUE }
}

/** Seeks again after each common prefix, so that the rows under it are not read. */
function scanCollapsed(statement: StatementSync, scan: Scan): Scanned[] {
  const scanned: Scanned[] = []
  let from: StoreKey | undefined = scan.from
  while (from !== undefined && scanned.length < scan.limit) {
    from = scanUntilPrefix(statement, scan, from, scanned)
  }
  return scanned
}

/** Adds rows up to and including the next common prefix. Returns where to continue, or undefined at the end. */
function scanUntilPrefix(
  statement: StatementSync,
  scan: Scan,
  from: StoreKey,
  scanned: Scanned[],
): StoreKey | undefined {
  const { to, limit, collapse } = scan
  const found: Iterable<unknown> = statement.iterate(from, to, limit - scanned.length)
  for (const each of found) {
    const row = scannedRow(each as Found, scan)
    const prefix =
      row.kind === "row" && collapse !== undefined ? commonPrefixOf(row.key, collapse) : undefined
    if (prefix !== undefined) {
      scanned.push({ kind: "prefix", prefix })
      return afterPrefix(prefix)
    }
    scanned.push(row)
  }
  return undefined
}

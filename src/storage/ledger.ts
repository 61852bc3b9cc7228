import { createHmac } from "node:crypto"
import { asBuffer, lengthPrefixed } from "../base/bytes.ts"
import { assert } from "../base/assert.ts"
import type { Clock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { commitProposal } from "./commit-loop.ts"
import type { MetadataStore, Row, StoreKey, Version, Write } from "./metadata-store.ts"
import { type RecordCodec, recordCodec } from "./record-codec.ts"
import { prefixBounds, ROW_FAMILY, rowKey } from "./row-keys.ts"
import { scanAll } from "./scan-all.ts"

/*
 * A seal tells that a row was written here for its place, not that it is the newest one: who can write to the database can
 * put an older row back. For the families whose rows decide who may do what, one more sealed row, the ledger, holds the sum
 * of a keyed digest of every row. It is written in the same commit as each of them, so it is exact at every moment.
 */

/** The families that have a ledger. */
const LEDGER_FAMILIES = ["cmk", "alias"] as const

export type LedgerFamily = (typeof LEDGER_FAMILIES)[number]

/** What the rows of a family add up to. */
export interface Ledger {
  /** Drawn with the ledger, so that nobody finds other rows with the same sum. */
  readonly digestKey: Buffer
  readonly rows: number
  /** Of the digests of the rows, modulo 2^256. */
  readonly sum: bigint
}

const SUM_BITS = 256

export const ledgerCodec: RecordCodec<Ledger> = recordCodec({
  name: "ledger",
  write: ({ digestKey, rows, sum }) => ({
    digestKey: digestKey.toString("base64"),
    rows,
    sum: sum.toString(16),
  }),
  readers: {
    1: (stored) => ({
      digestKey: Buffer.from(stored["digestKey"] as string, "base64"),
      rows: stored["rows"] as number,
      sum: BigInt(`0x${stored["sum"] as string}`),
    }),
  },
})

/** settings / "ledger" / family: the ledger of a family. */
export function ledgerRow(family: LedgerFamily): StoreKey {
  return rowKey("settings", "ledger", family)
}

function emptyLedger(): Ledger {
  return { digestKey: randomSecret(32), rows: 0, sum: 0n }
}

/** `ledger` with a row added, or with one taken away. */
function count(ledger: Ledger, sign: 1 | -1, row: { key: StoreKey; value: Uint8Array }): Ledger {
  const { digestKey, rows, sum } = ledger
  const digest = createHmac("sha256", digestKey).update(lengthPrefixed([row.key, row.value]))
  const change = BigInt(`0x${digest.digest("hex")}`)
  const changed = sign === 1 ? sum + change : sum - change
  return { digestKey, rows: rows + sign, sum: BigInt.asUintN(SUM_BITS, changed) }
}

/**
 * What a commit of `writes` must write along for the ledgers to stay true: nothing when none of them is in a family with a
 * ledger. Those that are must say exactly what they replace, and not "any". A commit in which this is contended conflicts.
 */
export async function ledgerWrites(
  metadata: MetadataStore,
  writes: readonly Write[],
): Promise<Write[]> {
  const entries = LEDGER_FAMILIES.flatMap((family) => {
    const counted = writes.filter(({ key }) => key[0] === ROW_FAMILY[family])
    return counted.length === 0 ? [] : [{ family, counted }]
  })
  if (entries.length === 0) return []
  const keys = entries.flatMap(({ family, counted }) => [
    ledgerRow(family),
    ...counted.map(({ key }) => key),
  ])
  // One snapshot: when the commit is applied, the rows in it are the ones that it replaces.
  const rows = await metadata.get(keys)
  const rowOf = new Map(keys.map((key, index) => [asBuffer(key).toString("latin1"), rows[index]]))
  const find = (key: StoreKey): Row | undefined => rowOf.get(asBuffer(key).toString("latin1"))
  return entries.map(({ family, counted }) => {
    const row = find(ledgerRow(family))
    let ledger = row === undefined ? emptyLedger() : ledgerCodec.decode(row.value)
    for (const { key, value, expect } of counted) {
      assert(expect !== "any", "a write that a ledger counts says what it replaces")
      const before = find(key)
      if (before !== undefined) ledger = count(ledger, -1, before)
      if (value !== null) ledger = count(ledger, 1, { key, value })
    }
    return writeOf(family, ledger, row?.version)
  })
}

function writeOf(family: LedgerFamily, ledger: Ledger, version: Version | undefined): Write {
  return {
    key: ledgerRow(family),
    value: ledgerCodec.encode(ledger),
    expect: version ?? "absent",
  }
}

/** A family whose rows are not the ones that were written last. */
export interface LedgerMismatch {
  readonly family: LedgerFamily
  /** What is wrong, as the end of a sentence about the rows of the family. */
  readonly reason: string
}

/** Compares every ledger with the rows of its family. Nobody writes meanwhile. */
export async function checkLedgers(metadata: MetadataStore): Promise<LedgerMismatch[]> {
  const mismatches: LedgerMismatch[] = []
  for (const family of LEDGER_FAMILIES) {
    const { ledger } = await readLedger(metadata, family)
    const { found, damagedRows } = await addUp(metadata, family, ledger?.digestKey)
    const reason = differenceOf(ledger, found, damagedRows)
    if (reason !== undefined) mismatches.push({ family, reason })
  }
  return mismatches
}

/** Makes the ledgers say what is there, whatever they said before; a row that does not open does not count. */
export async function acceptRows(metadata: MetadataStore, clock: Clock): Promise<void> {
  await commitProposal({ metadata, clock }, async () => {
    const writes: Write[] = []
    for (const family of LEDGER_FAMILIES) {
      const { version } = await readLedger(metadata, family)
      const { found } = await addUp(metadata, family)
      writes.push(writeOf(family, found, version))
    }
    return { writes, result: undefined }
  })
}

interface StoredLedger {
  /** undefined when it is missing or does not open. */
  readonly ledger: Ledger | undefined
  readonly version: Version | undefined
}

async function readLedger(metadata: MetadataStore, family: LedgerFamily): Promise<StoredLedger> {
  const [scanned] = await metadata.scan({ ...prefixBounds(ledgerRow(family)), limit: 1 })
  switch (scanned?.kind) {
    case "row":
      return { ledger: ledgerCodec.decode(scanned.value), version: scanned.version }
    case "damaged":
      return { ledger: undefined, version: scanned.version }
    case "prefix":
    case undefined:
      return { ledger: undefined, version: undefined }
  }
}

async function addUp(
  metadata: MetadataStore,
  family: LedgerFamily,
  digestKey: Buffer = randomSecret(32),
): Promise<{ found: Ledger; damagedRows: number }> {
  let found: Ledger = { ...emptyLedger(), digestKey }
  let damagedRows = 0
  const onDamaged = (): void => void (damagedRows += 1)
  for await (const row of scanAll(metadata, prefixBounds(rowKey(family)), { onDamaged })) {
    found = count(found, 1, row)
  }
  return { found, damagedRows }
}

function differenceOf(
  ledger: Ledger | undefined,
  found: Ledger,
  damagedRows: number,
): string | undefined {
  if (ledger === undefined) {
    return found.rows + damagedRows === 0 ? undefined : "their ledger is missing or damaged"
  }
  if (ledger.sum === found.sum && ledger.rows === found.rows) return undefined
  if (damagedRows > 0) return `${damagedRows} of them do not open`
  if (ledger.rows !== found.rows) return `there are ${found.rows} of them, not ${ledger.rows}`
  return "one or more of them are older than they should be"
}

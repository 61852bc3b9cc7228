import { createHmac } from "node:crypto"
import { asBuffer, lengthPrefixed } from "../base/bytes.ts"
import { assert } from "../base/assert.ts"
import { randomSecret } from "../base/random.ts"
import type { MetadataStore, Row, StoreKey, Version, Write } from "./metadata-store.ts"
import { type RecordCodec, recordCodec } from "./record-codec.ts"
import { ROW_FAMILY, rowKey } from "./row-keys.ts"

/*
 * A seal shows that a row was written here for its place, not that it is the newest one: someone who can write to the
 * database can put an older row back. For the families whose rows decide who may do what, one more sealed row, the
 * ledger, holds the sum of a keyed digest of every row. The commit loop writes it in the same commit as each of them,
 * so it is always exact.
 */

/** The families that have a ledger. Only the commit loop writes their rows. */
export const LEDGER_FAMILIES = ["cmk", "alias", "bucket", "accessKey"] as const

export type LedgerFamily = (typeof LEDGER_FAMILIES)[number]

/** The sums over the rows of a family. */
export interface Ledger {
  /** Drawn with the ledger, so that nobody can search for other rows with the same sum. */
  readonly digestKey: Buffer
  readonly rows: number
  /** The sum of the rows' digests, modulo 2^256. */
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

export function emptyLedger(): Ledger {
  return { digestKey: randomSecret(32), rows: 0, sum: 0n }
}

/** Returns `ledger` with a row added, or with one removed. */
export function count(
  ledger: Ledger,
  sign: 1 | -1,
  row: { key: StoreKey; value: Uint8Array },
): Ledger {
  const { digestKey, rows, sum } = ledger
  const digest = createHmac("sha256", digestKey).update(lengthPrefixed([row.key, row.value]))
  const change = BigInt(`0x${digest.digest("hex")}`)
  const changed = sign === 1 ? sum + change : sum - change
  return { digestKey, rows: rows + sign, sum: BigInt.asUintN(SUM_BITS, changed) }
}

const LEDGER_BYTES: ReadonlySet<number | undefined> = new Set(
  LEDGER_FAMILIES.map((family) => ROW_FAMILY[family]),
)

/** Whether one of the rows is in a family with a ledger. */
export function changesLedger(writes: readonly Write[]): boolean {
  return writes.some(({ key }) => LEDGER_BYTES.has(key[0]))
}

/**
 * The ledger writes that a commit of `writes` must include; none when no write is in a family with a ledger. Writes in
 * such a family must say exactly what they replace, not "any". When another commit changes the same ledger meanwhile,
 * the commit conflicts.
 */
export async function ledgerWrites(
  metadata: MetadataStore,
  writes: readonly Write[],
): Promise<Write[]> {
  const entries = LEDGER_FAMILIES.flatMap((family) => {
    const counted = writes.filter(({ key }) => key[0] === ROW_FAMILY[family])
    return counted.length === 0 ? [] : [{ family, counted }]
  })
  const keys = entries.flatMap(({ family, counted }) => [
    ledgerRow(family),
    ...counted.map(({ key }) => key),
  ])
  // One snapshot: if the commit is applied, it replaces exactly these rows.
  const rows = await metadata.get(keys)
  const rowOf = new Map(keys.map((key, index) => [asBuffer(key).toString("latin1"), rows[index]]))
  const find = (key: StoreKey): Row | undefined => rowOf.get(asBuffer(key).toString("latin1"))
  return entries.map(({ family, counted }) => {
    const row = find(ledgerRow(family))
    let ledger = row === undefined ? emptyLedger() : ledgerCodec.decode(row.value)
    for (const { key, value, expect } of counted) {
      assert(
        expect !== "any" && expect !== "unread",
        "a write that a ledger counts says what it replaces",
      )
      const before = find(key)
      if (before !== undefined) ledger = count(ledger, -1, before)
      if (value !== null) ledger = count(ledger, 1, { key, value })
    }
    return ledgerWrite(family, ledger, row?.version)
  })
}

export function ledgerWrite(
  family: LedgerFamily,
  ledger: Ledger,
  version: Version | undefined,
): Write {
  return {
    key: ledgerRow(family),
    value: ledgerCodec.encode(ledger),
    expect: version ?? "absent",
  }
}

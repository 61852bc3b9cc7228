import type { Clock } from "../base/clock.ts"
import { randomSecret } from "../base/random.ts"
import { commitProposal } from "./commit-loop.ts"
import {
  count,
  emptyLedger,
  type Ledger,
  LEDGER_FAMILIES,
  ledgerCodec,
  type LedgerFamily,
  ledgerRow,
  ledgerWrite,
} from "./ledger.ts"
import type { MetadataStore, Version, Write } from "./metadata-store.ts"
import { prefixBounds, rowKey } from "./row-keys.ts"
import { scanAll } from "./scan-all.ts"

/** A family whose rows are not the ones written last. */
export interface LedgerMismatch {
  readonly family: LedgerFamily
  /** What is wrong, phrased as the end of a sentence about the rows of the family. */
  readonly reason: string
}

/** Compares every ledger with the rows of its family. Nobody may write meanwhile. */
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

/** Makes every ledger match its rows, whatever it said before. A row that does not open does not count. */
export async function acceptRows(metadata: MetadataStore, clock: Clock): Promise<void> {
  await commitProposal({ metadata, clock }, async () => {
    const writes: Write[] = []
    for (const family of LEDGER_FAMILIES) {
      const { version } = await readLedger(metadata, family)
      const { found } = await addUp(metadata, family)
      writes.push(ledgerWrite(family, found, version))
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

import { setImmediate } from "node:timers/promises"
import { SealBroken } from "../sealing/seal-broken.ts"
import { STORE_LIMITS, type MetadataStore, type Row, type StoreKey } from "./metadata-store.ts"

/** The bounds of a scan: `from` included, `to` not. */
export interface KeyBounds {
  readonly from: StoreKey
  readonly to: StoreKey
}

/** The smallest key greater than `key`. */
export function keyAfter(key: StoreKey): StoreKey {
  return Buffer.concat([key, Buffer.of(0)])
}

/** How scanAll goes about it. */
export interface ScanAllOptions {
  /** false leaves values out (empty). */
  readonly values?: boolean
  /** Takes each row that does not open, which is then passed over. */
  readonly onDamaged?: (key: StoreKey) => void
}

/** Opening and decoding so many rows takes a few milliseconds; then others have their turns. */
const PAGE_ROWS = 250

/**
 * Every row between the bounds, read page by page; rows changed meanwhile may or may not be seen. Without `onDamaged` a row
 * that does not open throws SealBroken: who can do without a row says so.
 */
export async function* scanAll(
  metadata: MetadataStore,
  bounds: KeyBounds,
  { values = true, onDamaged = refuse }: ScanAllOptions = {},
): AsyncGenerator<Row> {
  const limit = values ? PAGE_ROWS : STORE_LIMITS.scanKeysMax
  let from = bounds.from
  for (;;) {
    const page = await metadata.scan({ from, to: bounds.to, limit, values })
    for (const scanned of page) {
      if (scanned.kind === "prefix") continue
      if (scanned.kind === "row") yield scanned
      else onDamaged(scanned.key)
      from = keyAfter(scanned.key)
    }
    if (page.length < limit) return
    await setImmediate()
  }
}

function refuse(): never {
  throw new SealBroken()
}

import { setImmediate } from "node:timers/promises"
import { SealBroken } from "../sealing/seal-broken.ts"
import { STORE_LIMITS, type MetadataStore, type Row, type StoreKey } from "./metadata-store.ts"

/** The bounds of a scan: `from` is included, `to` is not. */
export interface KeyBounds {
  readonly from: StoreKey
  readonly to: StoreKey
}

/** The smallest key greater than `key`. */
export function keyAfter(key: StoreKey): StoreKey {
  return Buffer.concat([key, Buffer.of(0)])
}

/** Options of scanAll. */
export interface ScanAllOptions {
  /** false leaves values empty. */
  readonly values?: boolean
  /** Receives each row that does not open; the scan skips it. */
  readonly onDamaged?: (key: StoreKey) => void
}

/** Opening and decoding this many rows takes a few milliseconds; then other work gets its turn. */
const PAGE_ROWS = 250

/**
 * Yields every row between the bounds, read page by page. Rows changed meanwhile may or may not be seen. Without
 * `onDamaged`, a row that does not open throws SealBroken; a caller that can do without the row passes `onDamaged`.
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

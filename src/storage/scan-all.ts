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

/** Every row between the bounds, read page by page; rows changed meanwhile may or may not be seen. */
export async function* scanAll(
  metadata: MetadataStore,
  bounds: KeyBounds,
  values = true,
): AsyncGenerator<Row> {
  const limit = values ? STORE_LIMITS.scanRowsMax : STORE_LIMITS.scanKeysMax
  let from = bounds.from
  for (;;) {
    const rows = await metadata.scan({ from, to: bounds.to, limit, values })
    for (const row of rows) {
      if (row.kind !== "row") continue
      yield row
      from = keyAfter(row.key)
    }
    if (rows.length < limit) return
  }
}

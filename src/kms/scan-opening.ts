import type { Log } from "../base/log.ts"
import type { MetadataStore, Row } from "../storage/metadata-store.ts"
import { type KeyBounds, scanAll } from "../storage/scan-all.ts"

/** Every row between the bounds that opens. Skips the others and logs their number. */
export async function scanOpening(
  { store, log }: { readonly store: MetadataStore; readonly log: Log },
  what: "alias" | "CMK" | "key version" | "last use",
  bounds: KeyBounds,
): Promise<Row[]> {
  let damagedRows = 0
  const onDamaged = (): void => void (damagedRows += 1)
  const rows = await Array.fromAsync(scanAll(store, bounds, { onDamaged }))
  if (damagedRows > 0) log.warn({ what, damagedRows }, "rows that do not open were skipped")
  return rows
}

import { SealBroken } from "../sealing/seal-broken.ts"
import type { MetadataStore, Row, StoreKey } from "./metadata-store.ts"

/** The rows under `keys`, in that order. A row that does not open affects no other row. */
export async function getEach(
  metadata: MetadataStore,
  keys: readonly StoreKey[],
): Promise<readonly (Row | "damaged" | undefined)[]> {
  try {
    return await metadata.get(keys)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    if (keys.length === 1) return ["damaged"]
    const rows: (Row | "damaged" | undefined)[] = []
    for (const each of keys) rows.push(...(await getEach(metadata, [each])))
    return rows
  }
}

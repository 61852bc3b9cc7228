import { asBuffer } from "../base/bytes.ts"
import type { Scan, StoreKey } from "./metadata-store.ts"

/**
 * What a collapsing scan returns instead of `key`: everything up to and including the first delimiter after `after`.
 */
export function commonPrefixOf(
  key: StoreKey,
  collapse: NonNullable<Scan["collapse"]>,
): StoreKey | undefined {
  const at = asBuffer(key).indexOf(collapse.delimiter, collapse.after)
  return at === -1 ? undefined : key.subarray(0, at + collapse.delimiter.length)
}

import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { acceptRows, checkLedgers } from "./ledger-check.ts"
import type { LedgerFamily } from "./ledger.ts"
import type { MetadataStore } from "./metadata-store.ts"

/** Rows that decide who may do what are not the ones written last. */
export class RolledBackRows extends Error {
  override name = "RolledBackRows"
}

const NAMES: Readonly<Record<LedgerFamily, string>> = {
  cmk: "CMKs",
  alias: "aliases",
  bucket: "buckets",
  accessKey: "access keys",
}

/**
 * Call this before anything is served. Throws RolledBackRows when a ledger does not agree with its rows. With
 * `isAccepted` the rows are accepted as they are, and the mismatches are logged.
 */
export async function checkRolledBackRows(
  parts: { readonly metadata: MetadataStore; readonly clock: Clock; readonly log: Log },
  { isAccepted }: { readonly isAccepted: boolean },
): Promise<void> {
  const mismatches = await checkLedgers(parts.metadata)
  if (mismatches.length === 0) return
  if (isAccepted) {
    parts.log.warn({ mismatches }, "rows that do not agree with their ledger are accepted")
    await acceptRows(parts.metadata, parts.clock)
    return
  }
  const found = mismatches.map(({ family, reason }) => `the rows of ${NAMES[family]}: ${reason}`)
  throw new RolledBackRows(
    `somebody or something changed the database behind the server's back (${found.join("; ")}). Restore a whole backup, or start with --accept-rolled-back-rows and check every CMK, alias, bucket and access key`,
  )
}

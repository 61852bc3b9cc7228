import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import type { MetadataStore, StoreKey, Version, Write } from "../storage/metadata-store.ts"
import { type RecordCodec, recordCodec } from "../storage/record-codec.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import type { CmkId } from "./cmk.ts"
import { commitRows } from "./commit-rows.ts"
import { cmkRow, lastUseBounds, lastUseRow } from "./keyspace.ts"
import { createLastUses, type LastUses, type StoredUse } from "./last-uses.ts"
import { scanOpening } from "./scan-opening.ts"

/** How much too early the last use of a CMK may be after the process was killed. */
const STALE_MS = 3_600_000

/** Each use needs a guard and a write, and a commit has at most 16 guards. */
const STORED_AT_ONCE = 16

/** Stores the time from which uses are known. */
const SINCE_ROW: StoreKey = rowKey("settings", "last-uses")

export const lastUsesSinceCodec: RecordCodec<{ readonly sinceMs: number }> = recordCodec({
  name: "last-uses",
  write: ({ sinceMs }) => ({ sinceMs }),
  readers: { 1: (stored) => ({ sinceMs: stored["sinceMs"] as number }) },
})

export const lastUseCodec: RecordCodec<StoredUse> = recordCodec({
  name: "last-use",
  write: ({ cmkId, atMs }) => ({ cmkId, atMs }),
  readers: {
    1: (stored) => ({ cmkId: stored["cmkId"] as CmkId, atMs: stored["atMs"] as number }),
  },
})

interface Parts {
  readonly store: MetadataStore
  readonly clock: Clock
}

/** Reads the stored uses. A row that does not open counts as missing. Writes nothing. */
export async function loadLastUses(parts: Parts & { readonly log: Log }): Promise<LastUses> {
  const { sinceMs = parts.clock.nowMs() } = await readSince(parts)
  const rows = await scanOpening(parts, "last use", lastUseBounds())
  return createLastUses(
    sinceMs,
    rows.map(({ value }) => lastUseCodec.decode(value)),
  )
}

/**
 * Stores the last uses of CMKs whose stored use is at least an hour old, or, with `isLast`, of all CMKs. Skips CMKs that no
 * longer exist. Returns the number of uses stored. Throws KmsError Unavailable.
 */
export async function storeLastUses(
  parts: Parts & { readonly lastUses: LastUses },
  { isLast }: { readonly isLast: boolean },
): Promise<number> {
  const { lastUses } = parts
  const uses = lastUses.unstored(isLast ? 1 : STALE_MS)
  if (uses.length > 0) await storeSince(parts)
  for (let first = 0; first < uses.length; first += STORED_AT_ONCE) {
    const some = uses.slice(first, first + STORED_AT_ONCE)
    await storeSome(parts, some)
    for (const use of some) lastUses.markStored(use)
  }
  return uses.length
}

async function storeSince(parts: Parts & { readonly lastUses: LastUses }): Promise<void> {
  await commitRows(parts, async () => {
    const { sinceMs, version } = await readSince(parts)
    if (sinceMs !== undefined) return { writes: [], result: undefined }
    const value = lastUsesSinceCodec.encode({ sinceMs: parts.lastUses.sinceMs })
    return {
      writes: [{ key: SINCE_ROW, value, expect: version ?? "absent" }],
      result: undefined,
    }
  })
}

/** A row that does not open counts as missing, and is replaced. */
async function readSince({
  store,
}: Parts): Promise<{ readonly sinceMs?: number; readonly version?: Version }> {
  const [scanned] = await store.scan({ ...prefixBounds(SINCE_ROW), limit: 1 })
  if (scanned === undefined || scanned.kind === "prefix") return {}
  const { version } = scanned
  return scanned.kind === "row"
    ? { ...lastUsesSinceCodec.decode(scanned.value), version }
    : { version }
}

/** A row that does not open does not prevent the last uses of other CMKs from being stored. */
async function storeSome(parts: Parts, uses: readonly StoredUse[]): Promise<void> {
  try {
    await storeTogether(parts, uses)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    if (uses.length > 1) for (const use of uses) await storeSome(parts, [use])
  }
}

/** The commit guards the CMKs, so that none gets a row after its destruction. */
async function storeTogether(parts: Parts, uses: readonly StoredUse[]): Promise<void> {
  await commitRows(parts, async () => {
    const rows = await parts.store.get(uses.map(({ cmkId }) => cmkRow(cmkId)))
    const found = uses.flatMap((use, index) => {
      const row = rows[index]
      return row === undefined ? [] : [{ use, row }]
    })
    return {
      guards: found.map(({ row }) => ({ key: row.key, version: row.version })),
      writes: found.map(({ use }): Write => {
        return { key: lastUseRow(use.cmkId), value: lastUseCodec.encode(use), expect: "any" }
      }),
      result: undefined,
    }
  })
}

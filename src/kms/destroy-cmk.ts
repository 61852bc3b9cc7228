import { SealBroken } from "../sealing/seal-broken.ts"
import type { Guard, Write } from "../storage/metadata-store.ts"
import { dropAlias, scanAliasesOfCmk } from "./aliases.ts"
import { type CmkId, isPastDeletion } from "./cmk.ts"
import { type KmsParts, scanCmks } from "./cmk-store.ts"
import { cmkRow, keyVersionOfCmkBounds, keyVersionRow } from "./keyspace.ts"
import { decodeCmk, decodeKeyVersion, encodeKeyVersionRecord } from "./kms-records.ts"
import { commitChange } from "./store-change.ts"

/** Two writes for each version: well below the store's limit for one commit. */
const VERSIONS_AT_ONCE = 400

/** Removes what is left of the CMKs whose deletion time has come; answers how many they were. */
export async function sweepDeletedCmks(parts: KmsParts): Promise<number> {
  const nowMs = parts.clock.nowMs()
  const due = (await scanCmks(parts)).filter(({ cmk }) => isPastDeletion(cmk, nowMs))
  for (const { cmk } of due) {
    for (const alias of await scanAliasesOfCmk(parts, cmk.cmkId)) await dropAlias(parts, alias)
    while (await destroyNext(parts, cmk.cmkId));
  }
  return due.length
}

/**
 * Overwrites the material of up to VERSIONS_AT_ONCE versions of a CMK, or deletes its row when none is left; answers
 * whether more is to be done. The CMK's row goes last, so that a sweep which was cut short is taken up by the next.
 *
 * A key version's own row stays, without material: a ciphertext under it goes on being told that there is no such CMK,
 * and not that it is damaged.
 */
async function destroyNext(parts: KmsParts, cmkId: CmkId): Promise<boolean> {
  return commitChange(parts.store, parts.clock, async () => {
    const [row] = await parts.store.get([cmkRow(cmkId)])
    if (row === undefined || !isPastDeletion(decodeCmk(row.value), parts.clock.nowMs())) {
      return { writes: [], result: false }
    }
    const bounds = keyVersionOfCmkBounds(cmkId)
    const scanned = await parts.store.scan({ ...bounds, limit: VERSIONS_AT_ONCE })
    const versionRows = scanned.filter((found) => found.kind === "row")
    // A version whose row does not open has material too: the CMK is not gone before it is.
    if (versionRows.length < scanned.length) throw new SealBroken()
    if (versionRows.length === 0) {
      return { writes: [{ key: row.key, value: null, expect: row.version }], result: false }
    }
    const guards: Guard[] = [{ key: row.key, version: row.version }]
    const writes: Write[] = versionRows.flatMap(({ key, value, version }) => {
      const { keyVersionId, createdAtMs } = decodeKeyVersion(value)
      parts.materials.forget(keyVersionId)
      const withoutMaterial = encodeKeyVersionRecord({ cmkId, createdAtMs, wrapped: null })
      return [
        { key, value: null, expect: version },
        { key: keyVersionRow(keyVersionId), value: withoutMaterial, expect: "any" },
      ]
    })
    return { guards, writes, result: true }
  })
}

import { SealBroken } from "../sealing/seal-broken.ts"
import type { Guard, Write } from "../storage/metadata-store.ts"
import { dropAlias, scanAliasesOfCmk } from "./aliases.ts"
import type { ClockWitness } from "./clock-witness.ts"
import { type Cmk, type CmkId, isBeingDestroyed, isDeletionDue } from "./cmk.ts"
import { allCmksArn } from "./cmk-reference.ts"
import { type KmsParts, scanCmks } from "./cmk-store.ts"
import { commitRows } from "./commit-rows.ts"
import { cmkRow, keyVersionOfCmkBounds, keyVersionRow, lastUseRow } from "./keyspace.ts"
import { type Alias, cmkCodec, keyVersionCodec, keyVersionOfCmkCodec } from "./kms-records.ts"
import { type Ask, checkAllowed } from "./permission.ts"

/** Each version needs two writes: this is well below the store's limit for one commit. */
const VERSIONS_AT_ONCE = 400

/** The result of a sweep. */
export interface SweptCmks {
  readonly destroyed: number
  /** CMKs with a row that does not open. The next sweep tries again. */
  readonly failed: number
}

/**
 * Destroys the CMKs whose deletion time has come, provided that the clock has been right for a day, and continues what
 * an earlier sweep began. A CMK that fails does not hold back the others. Throws KmsError.
 */
export async function sweepDeletedCmks(
  parts: KmsParts,
  witness: ClockWitness,
  ask: Ask,
): Promise<SweptCmks> {
  checkAllowed(parts, ask, allCmksArn(parts))
  const isTrusted = (await witness.observe()) === "trusted"
  const nowMs = parts.clock.nowMs()
  let destroyed = 0
  let failed = 0
  for (const cmk of await scanCmks(parts)) {
    if (!isBeingDestroyed(cmk) && !(isTrusted && isDeletionDue(cmk, nowMs))) continue
    try {
      if (await destroy(parts, cmk.cmkId, nowMs)) destroyed += 1
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      failed += 1
      parts.log.warn(
        { cmkId: cmk.cmkId },
        "a CMK is not destroyed because one of its rows does not open",
      )
    }
  }
  return { destroyed, failed }
}

/** Returns whether the CMK is gone, and was not cancelled at the last moment. Throws SealBroken. */
async function destroy(parts: KmsParts, cmkId: CmkId, nowMs: number): Promise<boolean> {
  if (!(await makeFinal(parts, cmkId, nowMs))) return false
  for (const alias of await scanAliasesOfCmk(parts, cmkId)) await dropAliasIfOpen(parts, alias)
  while (await destroyNext(parts, cmkId));
  return true
}

/** The decision: from this commit on the CMK is gone for all callers, and nothing brings it back. */
async function makeFinal(parts: KmsParts, cmkId: CmkId, nowMs: number): Promise<boolean> {
  return commitRows(parts, async () => {
    const [row] = await parts.store.get([cmkRow(cmkId)])
    if (row === undefined) return { writes: [], result: false }
    const cmk = cmkCodec.decode(row.value)
    if (isBeingDestroyed(cmk)) return { writes: [], result: true }
    if (!isDeletionDue(cmk, nowMs)) return { writes: [], result: false }
    const value = cmkCodec.encode(finalOf(cmk))
    return { writes: [{ key: row.key, value, expect: row.version }], result: true }
  })
}

function finalOf(cmk: Cmk): Cmk {
  const { state } = cmk
  return state.kind === "PendingDeletion" ? { ...cmk, state: { ...state, isFinal: true } } : cmk
}

/** An alias whose row does not open resolves to nothing, and does not keep a CMK from being destroyed. */
async function dropAliasIfOpen(parts: KmsParts, alias: Alias): Promise<void> {
  try {
    await dropAlias(parts, alias)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    parts.log.warn({ alias: alias.aliasName }, "an alias stays because its row does not open")
  }
}

/**
 * Overwrites the material of up to VERSIONS_AT_ONCE versions of a CMK, or deletes its row when none is left. Returns
 * whether more is to be done. The CMK's row goes last, so that the next sweep can continue an interrupted one.
 *
 * A key version's own row stays, without material. So a ciphertext under it is still reported as having no CMK, not as
 * damaged.
 */
async function destroyNext(parts: KmsParts, cmkId: CmkId): Promise<boolean> {
  return commitRows(parts, async () => {
    const [row] = await parts.store.get([cmkRow(cmkId)])
    if (row === undefined || !isBeingDestroyed(cmkCodec.decode(row.value))) {
      return { writes: [], result: false }
    }
    const bounds = keyVersionOfCmkBounds(cmkId)
    const scanned = await parts.store.scan({ ...bounds, limit: VERSIONS_AT_ONCE })
    const versionRows = scanned.filter((found) => found.kind === "row")
    // A version whose row does not open has material too: the CMK is not gone before that is.
    if (versionRows.length < scanned.length) throw new SealBroken()
    if (versionRows.length === 0) {
      const writes: Write[] = [
        { key: row.key, value: null, expect: row.version },
        { key: lastUseRow(cmkId), value: null, expect: "any" },
      ]
      return { writes, result: false }
    }
    const guards: Guard[] = [{ key: row.key, version: row.version }]
    const writes: Write[] = versionRows.flatMap(({ key, value, version }) => {
      const { keyVersionId, createdAtMs } = keyVersionOfCmkCodec.decode(value)
      parts.materials.forget(keyVersionId)
      const withoutMaterial = keyVersionCodec.encode({ cmkId, createdAtMs, wrapped: null })
      return [
        { key, value: null, expect: version },
        { key: keyVersionRow(keyVersionId), value: withoutMaterial, expect: "any" },
      ]
    })
    return { guards, writes, result: true }
  })
}

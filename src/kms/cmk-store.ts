import type { Clock } from "../base/clock.ts"
import { onceEach } from "../base/once-each.ts"
import type { RootKey } from "../sealing/root-key.ts"
import type { MetadataStore, Row, Version, Write } from "../storage/metadata-store.ts"
import { scanAll } from "../storage/scan-all.ts"
import { type Cmk, type CmkId, isPastDeletion } from "./cmk.ts"
import { type AliasName, keyNotFound, type KmsScope, parseCmkReference } from "./cmk-reference.ts"
import type { KeyMaterials } from "./key-materials.ts"
import { aliasRow, cmkBounds, cmkRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import { decodeAliasTarget, decodeCmk, encodeCmk } from "./kms-records.ts"
import { commitChange } from "./store-change.ts"

/** What every part of the key service works with. */
export interface KmsParts extends KmsScope {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  readonly materials: KeyMaterials
}

/** A CMK and the commit that left it so. */
export interface ReadCmk {
  readonly cmk: Cmk
  readonly version: Version
}

/** Stores hand out the same row again while it stays as it is. */
const cmkOf: (row: Row) => Cmk = onceEach(({ value }) => decodeCmk(value))
const aliasTargetOf: (row: Row) => CmkId = onceEach(({ value }) => decodeAliasTarget(value))

/** The CMK as it is now. Throws KmsError KeyNotFound, also when its deletion time has come. */
export async function readCmk(parts: KmsParts, cmkId: CmkId): Promise<ReadCmk> {
  const [row] = await parts.store.get([cmkRow(cmkId)])
  if (row === undefined) throw keyNotFound(cmkId)
  const cmk = cmkOf(row)
  if (isPastDeletion(cmk, parts.clock.nowMs())) throw keyNotFound(cmkId)
  return { cmk, version: row.version }
}

/** The CMK that an id, an ARN or an alias names. Throws KmsError. */
export async function resolveCmk(parts: KmsParts, named: string): Promise<ReadCmk> {
  const reference = parseCmkReference(parts, named)
  if (reference.kind === "id") return readCmk(parts, reference.cmkId)
  const cmkId = await readAliasTarget(parts, reference.aliasName)
  if (cmkId !== undefined) return readCmk(parts, cmkId)
  throw new KmsError("AliasNotFound", `there is no alias ${reference.aliasName}`)
}

/** For operations that take no alias: the id that an id or an ARN names. Throws KmsError. */
export function parseOwnCmkId(parts: KmsParts, named: string): CmkId {
  const reference = parseCmkReference(parts, named)
  if (reference.kind === "id") return reference.cmkId
  throw new KmsError("AliasNotAccepted", "this operation takes the id of a CMK, not an alias")
}

export async function readAliasTarget(
  parts: KmsParts,
  aliasName: AliasName,
): Promise<CmkId | undefined> {
  const [row] = await parts.store.get([aliasRow(aliasName)])
  return row === undefined ? undefined : aliasTargetOf(row)
}

/**
 * Replaces a CMK's record by what `change` makes of it, ordered against every commit that guards the CMK. The same
 * record writes nothing. Throws KmsError KeyNotFound and what `change` throws.
 */
export async function changeCmk(
  parts: KmsParts,
  cmkId: CmkId,
  change: (cmk: Cmk) => Cmk,
): Promise<void> {
  await commitChange(parts.store, parts.clock, async () => {
    const { cmk, version } = await readCmk(parts, cmkId)
    const changed = change(cmk)
    const writes: Write[] =
      changed === cmk ? [] : [{ key: cmkRow(cmkId), value: encodeCmk(changed), expect: version }]
    return { writes, result: undefined }
  })
}

/** Every stored CMK in the order of ids, also those whose deletion time has come. */
export async function scanCmks(parts: KmsParts): Promise<ReadCmk[]> {
  return Array.fromAsync(scanAll(parts.store, cmkBounds()), (row) => ({
    cmk: decodeCmk(row.value),
    version: row.version,
  }))
}

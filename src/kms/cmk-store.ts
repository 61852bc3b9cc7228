import type { Clock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import { onceEach } from "../base/once-each.ts"
import type { RootKey } from "../sealing/root-key.ts"
import type { MetadataStore, Row, Version, Write } from "../storage/metadata-store.ts"
import { type Cmk, type CmkId, isBeingDestroyed } from "./cmk.ts"
import {
  type AliasName,
  cmkArn,
  keyNotFound,
  type KmsScope,
  parseCmkReference,
} from "./cmk-reference.ts"
import { commitRows } from "./commit-rows.ts"
import type { KeyMaterials } from "./key-materials.ts"
import { aliasRow, cmkBounds, cmkRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import type { LastUses } from "./last-uses.ts"
import { aliasCodec, cmkCodec } from "./kms-records.ts"
import { type Ask, checkAllowed } from "./permission.ts"
import { scanOpening } from "./scan-opening.ts"

/** What every part of the key service works with. */
export interface KmsParts extends KmsScope {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  readonly log: Log
  readonly materials: KeyMaterials
  readonly lastUses: LastUses
}

/** A CMK and the commit that left it so. */
export interface ReadCmk {
  readonly cmk: Cmk
  readonly version: Version
}

/** Stores hand out the same row again while it stays as it is. */
const cmkOf: (row: Row) => Cmk = onceEach(({ value }) => cmkCodec.decode(value))
const aliasTargetOf: (row: Row) => CmkId = onceEach(({ value }) => aliasCodec.decode(value).cmkId)

/**
 * The CMK as it is now, for somebody who may do that with it: the only way to a CMK of a request. Throws KmsError
 * KeyNotFound, also when its destruction has begun, and Forbidden.
 */
export async function readCmk(parts: KmsParts, ask: Ask, cmkId: CmkId): Promise<ReadCmk> {
  const [row] = await parts.store.get([cmkRow(cmkId)])
  if (row === undefined) throw keyNotFound(cmkId)
  const cmk = cmkOf(row)
  if (isBeingDestroyed(cmk)) throw keyNotFound(cmkId)
  checkAllowed(parts, ask, cmkArn(parts, cmkId))
  return { cmk, version: row.version }
}

/** The CMK that an id, an ARN or an alias names, as readCmk. Throws KmsError. */
export async function resolveCmk(parts: KmsParts, ask: Ask, named: string): Promise<ReadCmk> {
  const reference = parseCmkReference(parts, named)
  if (reference.kind === "id") return readCmk(parts, ask, reference.cmkId)
  const cmkId = await readAliasTarget(parts, reference.aliasName)
  if (cmkId !== undefined) return readCmk(parts, ask, cmkId)
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
 * record writes nothing. Throws KmsError as readCmk, and what `change` throws.
 */
export async function changeCmk(
  parts: KmsParts,
  ask: Ask,
  cmkId: CmkId,
  change: (cmk: Cmk) => Cmk,
): Promise<void> {
  await commitRows(parts, async () => {
    const { cmk, version } = await readCmk(parts, ask, cmkId)
    const changed = change(cmk)
    const writes: Write[] =
      changed === cmk
        ? []
        : [{ key: cmkRow(cmkId), value: cmkCodec.encode(changed), expect: version }]
    // Whoever fills the disk does not keep a CMK from being disabled.
    return { writes, isRelease: changed.state.kind !== "Enabled", result: undefined }
  })
}

/** Every stored CMK that opens in the order of ids, also those whose destruction has begun. Nobody is asked. */
export async function scanCmks(parts: KmsParts): Promise<Cmk[]> {
  const rows = await scanOpening(parts, "CMK", cmkBounds())
  return rows.map(({ value }) => cmkCodec.decode(value))
}

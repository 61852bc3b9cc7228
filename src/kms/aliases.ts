import { asBuffer } from "../base/bytes.ts"
import type { Proposal } from "../storage/commit-loop.ts"
import type { Row, Write } from "../storage/metadata-store.ts"
import { scanAll } from "../storage/scan-all.ts"
import { checkOwnedByUser, checkUse, type CmkId, type CmkUse } from "./cmk.ts"
import {
  aliasArn,
  type AliasName,
  allAliasesArn,
  cmkArn,
  isReservedAlias,
  parseAliasName,
} from "./cmk-reference.ts"
import { type KmsParts, parseOwnCmkId, readCmk, type ReadCmk } from "./cmk-store.ts"
import { commitRows } from "./commit-rows.ts"
import { aliasBounds, aliasOfCmkBounds, aliasOfCmkRow, aliasRow, cmkRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import { type Alias, aliasCodec } from "./kms-records.ts"
import { type Ask, checkAllowed } from "./permission.ts"
import { scanOpening } from "./scan-opening.ts"

/** The writes that store an alias which is not there yet. */
export function newAliasWrites({ aliasName, cmkId }: Alias): Write[] {
  return [
    { key: aliasRow(aliasName), value: aliasCodec.encode({ cmkId }), expect: "absent" },
    { key: aliasOfCmkRow(cmkId, aliasName), value: Buffer.alloc(0), expect: "any" },
  ]
}

/** Throws KmsError. */
export async function createAlias(
  parts: KmsParts,
  ask: Ask,
  name: string,
  named: string,
): Promise<void> {
  const aliasName = parseUserAlias(parts, ask, name)
  await commitRows(parts, async () => {
    const target = await readAliasable(parts, ask, named, "createAlias")
    const row = await readAliasRow(parts, aliasName)
    if (row !== undefined) {
      throw new KmsError("AliasExists", `the alias ${aliasName} exists already`)
    }
    const { cmkId } = target.cmk
    return {
      guards: [{ key: cmkRow(cmkId), version: target.version }],
      writes: newAliasWrites({ aliasName, cmkId }),
      result: undefined,
    }
  })
}

/** Points an alias to another CMK; only the state of the new one counts. Throws KmsError. */
export async function updateAlias(
  parts: KmsParts,
  ask: Ask,
  name: string,
  named: string,
): Promise<void> {
  const aliasName = parseUserAlias(parts, ask, name)
  await commitRows(parts, async () => {
    const target = await readAliasable(parts, ask, named, "updateAlias")
    const row = await readAliasRow(parts, aliasName)
    if (row === undefined) throw aliasNotFound(aliasName)
    const before = aliasCodec.decode(row.value).cmkId
    const { cmkId } = target.cmk
    if (before === cmkId) return { writes: [], result: undefined }
    return {
      guards: [{ key: cmkRow(cmkId), version: target.version }],
      writes: [
        { key: aliasRow(aliasName), value: aliasCodec.encode({ cmkId }), expect: row.version },
        { key: aliasOfCmkRow(before, aliasName), value: null, expect: "any" },
        { key: aliasOfCmkRow(cmkId, aliasName), value: Buffer.alloc(0), expect: "any" },
      ],
      result: undefined,
    }
  })
}

/** Throws KmsError. */
export async function deleteAlias(parts: KmsParts, ask: Ask, name: string): Promise<void> {
  const aliasName = parseUserAlias(parts, ask, name)
  await commitRows(parts, async () => {
    const row = await readAliasRow(parts, aliasName)
    if (row === undefined) throw aliasNotFound(aliasName)
    const { cmkId } = aliasCodec.decode(row.value)
    checkAllowed(parts, ask, cmkArn(parts, cmkId))
    return removal(aliasName, cmkId, row)
  })
}

/** Removes an alias of a CMK that is going, unless it points elsewhere by now. */
export async function dropAlias(parts: KmsParts, { aliasName, cmkId }: Alias): Promise<void> {
  await commitRows(parts, async () => {
    const row = await readAliasRow(parts, aliasName)
    const isOurs = row !== undefined && aliasCodec.decode(row.value).cmkId === cmkId
    return removal(aliasName, cmkId, isOurs ? row : undefined)
  })
}

/** Every alias in the order of names. */
export async function listAliases(parts: KmsParts, ask: Ask): Promise<Alias[]> {
  checkAllowed(parts, ask, allAliasesArn(parts))
  const bounds = aliasBounds()
  const rows = await scanOpening(parts, "alias", bounds)
  return rows.map((row) => ({
    aliasName: nameAfter(row, bounds.from.length),
    cmkId: aliasCodec.decode(row.value).cmkId,
  }))
}

/** The aliases of one CMK in the order of names. Throws KmsError. */
export async function listAliasesOfCmk(parts: KmsParts, ask: Ask, named: string): Promise<Alias[]> {
  const { cmk } = await readCmk(parts, ask, parseOwnCmkId(parts, named))
  return scanAliasesOfCmk(parts, cmk.cmkId)
}

/** The same without asking anybody, nor whether the CMK is still there. The names are in the keys of the rows. */
export async function scanAliasesOfCmk(parts: KmsParts, cmkId: CmkId): Promise<Alias[]> {
  const bounds = aliasOfCmkBounds(cmkId)
  return Array.fromAsync(scanAll(parts.store, bounds, { values: false }), (row) => ({
    aliasName: nameAfter(row, bounds.from.length),
    cmkId,
  }))
}

function removal(aliasName: AliasName, cmkId: CmkId, row: Row | undefined): Proposal<undefined> {
  const writes: Write[] = [{ key: aliasOfCmkRow(cmkId, aliasName), value: null, expect: "any" }]
  if (row !== undefined) writes.push({ key: row.key, value: null, expect: row.version })
  return { writes, result: undefined }
}

/** Throws KmsError InvalidAliasName for what is no alias and for one that only services may have, and Forbidden. */
export function parseUserAlias(parts: KmsParts, ask: Ask, name: string): AliasName {
  const aliasName = parseAliasName(name)
  checkAllowed(parts, ask, aliasArn(parts, aliasName))
  if (!isReservedAlias(aliasName)) return aliasName
  throw new KmsError("InvalidAliasName", "aliases that begin with alias/acs/ belong to services")
}

async function readAliasable(
  parts: KmsParts,
  ask: Ask,
  named: string,
  use: CmkUse,
): Promise<ReadCmk> {
  const target = await readCmk(parts, ask, parseOwnCmkId(parts, named))
  checkOwnedByUser(target.cmk)
  checkUse(target.cmk, use)
  return target
}

export async function readAliasRow(
  parts: KmsParts,
  aliasName: AliasName,
): Promise<Row | undefined> {
  const [row] = await parts.store.get([aliasRow(aliasName)])
  return row
}

function nameAfter(row: Row, prefixBytes: number): AliasName {
  return parseAliasName(asBuffer(row.key).toString("utf8", prefixBytes))
}

function aliasNotFound(aliasName: AliasName): KmsError {
  return new KmsError("AliasNotFound", `there is no alias ${aliasName}`)
}

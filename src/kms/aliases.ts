import { asBuffer } from "../base/bytes.ts"
import type { Row, Write } from "../storage/metadata-store.ts"
import { scanAll } from "../storage/scan-all.ts"
import { checkOwnedByUser, checkUse, type CmkId, type CmkUse } from "./cmk.ts"
import { type AliasName, isReservedAlias, parseAliasName } from "./cmk-reference.ts"
import { type KmsParts, parseOwnCmkId, readCmk, type ReadCmk } from "./cmk-store.ts"
import { aliasBounds, aliasOfCmkBounds, aliasOfCmkRow, aliasRow, cmkRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import { type Alias, decodeAliasTarget, encodeAliasTarget } from "./kms-records.ts"
import { type Change, commitChange } from "./store-change.ts"

/** The writes that store an alias which is not there yet. */
export function newAliasWrites({ aliasName, cmkId }: Alias): Write[] {
  return [
    { key: aliasRow(aliasName), value: encodeAliasTarget(cmkId), expect: "absent" },
    { key: aliasOfCmkRow(cmkId, aliasName), value: Buffer.alloc(0), expect: "any" },
  ]
}

/** Throws KmsError. */
export async function createAlias(parts: KmsParts, name: string, named: string): Promise<void> {
  const aliasName = parseUserAlias(name)
  await commitChange(parts.store, parts.clock, async () => {
    const target = await readAliasable(parts, named, "createAlias")
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
export async function updateAlias(parts: KmsParts, name: string, named: string): Promise<void> {
  const aliasName = parseUserAlias(name)
  await commitChange(parts.store, parts.clock, async () => {
    const target = await readAliasable(parts, named, "updateAlias")
    const row = await readAliasRow(parts, aliasName)
    if (row === undefined) throw aliasNotFound(aliasName)
    const before = decodeAliasTarget(row.value)
    const { cmkId } = target.cmk
    if (before === cmkId) return { writes: [], result: undefined }
    return {
      guards: [{ key: cmkRow(cmkId), version: target.version }],
      writes: [
        { key: aliasRow(aliasName), value: encodeAliasTarget(cmkId), expect: row.version },
        { key: aliasOfCmkRow(before, aliasName), value: null, expect: "any" },
        { key: aliasOfCmkRow(cmkId, aliasName), value: Buffer.alloc(0), expect: "any" },
      ],
      result: undefined,
    }
  })
}

/** Throws KmsError. */
export async function deleteAlias(parts: KmsParts, name: string): Promise<void> {
  const aliasName = parseUserAlias(name)
  await commitChange(parts.store, parts.clock, async () => {
    const row = await readAliasRow(parts, aliasName)
    if (row === undefined) throw aliasNotFound(aliasName)
    return removal(aliasName, decodeAliasTarget(row.value), row)
  })
}

/** Removes an alias of a CMK that is going, unless it points elsewhere by now. */
export async function dropAlias(parts: KmsParts, { aliasName, cmkId }: Alias): Promise<void> {
  await commitChange(parts.store, parts.clock, async () => {
    const row = await readAliasRow(parts, aliasName)
    const isOurs = row !== undefined && decodeAliasTarget(row.value) === cmkId
    return removal(aliasName, cmkId, isOurs ? row : undefined)
  })
}

/** Every alias in the order of names. */
export async function listAliases(parts: KmsParts): Promise<Alias[]> {
  const prefixBytes = aliasBounds().from.length
  return Array.fromAsync(scanAll(parts.store, aliasBounds()), (row) => ({
    aliasName: nameAfter(row, prefixBytes),
    cmkId: decodeAliasTarget(row.value),
  }))
}

/** The aliases of one CMK in the order of names. Throws KmsError. */
export async function listAliasesOfCmk(parts: KmsParts, named: string): Promise<Alias[]> {
  const { cmk } = await readCmk(parts, parseOwnCmkId(parts, named))
  return scanAliasesOfCmk(parts, cmk.cmkId)
}

/** The same without asking whether the CMK is still there. */
export async function scanAliasesOfCmk(parts: KmsParts, cmkId: CmkId): Promise<Alias[]> {
  const bounds = aliasOfCmkBounds(cmkId)
  return Array.fromAsync(scanAll(parts.store, bounds), (row) => ({
    aliasName: nameAfter(row, bounds.from.length),
    cmkId,
  }))
}

function removal(aliasName: AliasName, cmkId: CmkId, row: Row | undefined): Change<undefined> {
  const writes: Write[] = [{ key: aliasOfCmkRow(cmkId, aliasName), value: null, expect: "any" }]
  if (row !== undefined) writes.push({ key: row.key, value: null, expect: row.version })
  return { writes, result: undefined }
}

/** Throws KmsError InvalidAliasName for what is no alias, and for one that only services may have. */
function parseUserAlias(name: string): AliasName {
  const aliasName = parseAliasName(name)
  if (!isReservedAlias(aliasName)) return aliasName
  throw new KmsError("InvalidAliasName", "aliases that begin with alias/acs/ belong to services")
}

async function readAliasable(parts: KmsParts, named: string, use: CmkUse): Promise<ReadCmk> {
  const target = await readCmk(parts, parseOwnCmkId(parts, named))
  checkOwnedByUser(target.cmk)
  checkUse(target.cmk, use)
  return target
}

async function readAliasRow(parts: KmsParts, aliasName: AliasName): Promise<Row | undefined> {
  const [row] = await parts.store.get([aliasRow(aliasName)])
  return row
}

function nameAfter(row: Row, prefixBytes: number): AliasName {
  return parseAliasName(asBuffer(row.key).toString("utf8", prefixBytes))
}

function aliasNotFound(aliasName: AliasName): KmsError {
  return new KmsError("AliasNotFound", `there is no alias ${aliasName}`)
}

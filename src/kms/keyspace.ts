import { uint32 } from "../base/bytes.ts"
import type { StoreKey } from "../storage/metadata-store.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import type { KeyBounds } from "../storage/scan-all.ts"
import type { CmkId, KeyVersionId } from "./cmk.ts"
import type { AliasName } from "./cmk-reference.ts"

/** cmk / id: the CMK. Every commit that uses the CMK guards this row. */
export function cmkRow(cmkId: CmkId): StoreKey {
  return rowKey("cmk", cmkId)
}

/** keyVersion / id: the wrapped material and its CMK, found from a ciphertext alone. */
export function keyVersionRow(keyVersionId: KeyVersionId): StoreKey {
  return rowKey("keyVersion", keyVersionId)
}

/** keyVersionOfCmk / CMK id / number, from 1, in the order of creation: the id of that version. */
export function keyVersionOfCmkRow(cmkId: CmkId, versionNumber: number): StoreKey {
  return rowKey("keyVersionOfCmk", cmkId, uint32(versionNumber))
}

/** alias / name: the CMK it points to. */
export function aliasRow(aliasName: AliasName): StoreKey {
  return rowKey("alias", aliasName)
}

/** aliasOfCmk / CMK id / name: an index of a CMK's aliases, without content. */
export function aliasOfCmkRow(cmkId: CmkId, aliasName: AliasName): StoreKey {
  return rowKey("aliasOfCmk", cmkId, aliasName)
}

/** cmkLastUse / CMK id: the time of its last use, which may be up to an hour too early. */
export function lastUseRow(cmkId: CmkId): StoreKey {
  return rowKey("cmkLastUse", cmkId)
}

export function lastUseBounds(): KeyBounds {
  return prefixBounds(rowKey("cmkLastUse"))
}

export function cmkBounds(): KeyBounds {
  return prefixBounds(rowKey("cmk"))
}

export function aliasBounds(): KeyBounds {
  return prefixBounds(rowKey("alias"))
}

export function keyVersionOfCmkBounds(cmkId: CmkId): KeyBounds {
  return prefixBounds(rowKey("keyVersionOfCmk", cmkId, Buffer.alloc(0)))
}

export function aliasOfCmkBounds(cmkId: CmkId): KeyBounds {
  return prefixBounds(aliasOfCmkRow(cmkId, "" as AliasName))
}

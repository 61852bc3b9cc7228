import { assert } from "../base/assert.ts"
import { uuid } from "../base/random.ts"
import type { Write } from "../storage/metadata-store.ts"
import {
  checkOwnedByUser,
  checkUse,
  type Cmk,
  type CmkCreator,
  type CmkState,
  type CmkUse,
  type CmkId,
  isBeingDestroyed,
  parseCmkId,
} from "./cmk.ts"
import { allCmksArn } from "./cmk-reference.ts"
import {
  changeCmk,
  type KmsParts,
  parseOwnCmkId,
  readCmk,
  resolveCmk,
  scanCmks,
} from "./cmk-store.ts"
import { commitRows } from "./commit-rows.ts"
import { generateMaterial } from "./key-materials.ts"
import { cmkRow, keyVersionOfCmkBounds, keyVersionOfCmkRow, keyVersionRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import { cmkCodec, type KeyVersion, keyVersionCodec, keyVersionOfCmkCodec } from "./kms-records.ts"
import { type Ask, checkAllowed } from "./permission.ts"
import { scanOpening } from "./scan-opening.ts"

const DAY_MS = 86_400_000

/** Source: the service's page "ScheduleKeyDeletion". */
export const DELETION_WINDOW_DAYS: { readonly min: number; readonly max: number } = {
  min: 7,
  max: 366,
}

/** A CMK that is not stored yet, and the writes that store it with its first key version. */
export function newCmk(
  parts: KmsParts,
  creator: CmkCreator,
  description: string,
): { cmk: Cmk; writes: Write[] } {
  const cmkId = parseCmkId(uuid())
  assert(cmkId !== undefined, "a UUID is a CMK id")
  const createdAtMs = parts.clock.nowMs()
  const { keyVersionId, wrapped } = generateMaterial(parts.rootKey, cmkId)
  const cmk: Cmk = {
    cmkId,
    creator,
    description,
    createdAtMs,
    state: { kind: "Enabled" },
    primaryKeyVersionId: keyVersionId,
    keyVersionCount: 1,
  }
  const writes: Write[] = [
    { key: cmkRow(cmkId), value: cmkCodec.encode(cmk), expect: "absent" },
    {
      key: keyVersionRow(keyVersionId),
      value: keyVersionCodec.encode({ cmkId, createdAtMs, wrapped }),
      expect: "absent",
    },
    {
      key: keyVersionOfCmkRow(cmkId, 1),
      value: keyVersionOfCmkCodec.encode({ keyVersionId, createdAtMs }),
      expect: "absent",
    },
  ]
  return { cmk, writes }
}

export async function createCmk(parts: KmsParts, ask: Ask, description: string): Promise<Cmk> {
  checkAllowed(parts, ask, allCmksArn(parts))
  const creator: CmkCreator = { kind: "account", accountId: parts.accountId }
  return commitRows(parts, () => {
    const { cmk, writes } = newCmk(parts, creator, description)
    return { writes, result: cmk }
  })
}

export async function describeCmk(parts: KmsParts, ask: Ask, named: string): Promise<Cmk> {
  return (await resolveCmk(parts, ask, named)).cmk
}

export async function listCmks(parts: KmsParts, ask: Ask): Promise<Cmk[]> {
  checkAllowed(parts, ask, allCmksArn(parts))
  return (await scanCmks(parts)).filter((cmk) => !isBeingDestroyed(cmk))
}

/** The versions of a CMK, in the order in which they were made. */
export interface KeyVersionsOfCmk {
  readonly cmkId: CmkId
  readonly versions: readonly KeyVersion[]
}

/** Throws KmsError. */
export async function listKeyVersions(
  parts: KmsParts,
  ask: Ask,
  named: string,
): Promise<KeyVersionsOfCmk> {
  const { cmkId } = (await readCmk(parts, ask, parseOwnCmkId(parts, named))).cmk
  const rows = await scanOpening(parts, "key version", keyVersionOfCmkBounds(cmkId))
  return { cmkId, versions: rows.map(({ value }) => keyVersionOfCmkCodec.decode(value)) }
}

export async function enableCmk(parts: KmsParts, ask: Ask, named: string): Promise<void> {
  await changeState(parts, ask, named, "enable", { kind: "Enabled" })
}

export async function disableCmk(parts: KmsParts, ask: Ask, named: string): Promise<void> {
  await changeState(parts, ask, named, "disable", { kind: "Disabled" })
}

/** The CMK stops at once; from `windowDays` later on it may be destroyed. Throws KmsError. */
export async function scheduleDeletion(
  parts: KmsParts,
  ask: Ask,
  named: string,
  windowDays: number,
): Promise<void> {
  const { min, max } = DELETION_WINDOW_DAYS
  if (!Number.isInteger(windowDays) || windowDays < min || windowDays > max) {
    throw new KmsError(
      "InvalidDeletionWindow",
      `a CMK is deleted after a whole number of ${min} to ${max} days`,
    )
  }
  const deleteAtMs = parts.clock.nowMs() + windowDays * DAY_MS
  const state: CmkState = { kind: "PendingDeletion", deleteAtMs, isFinal: false }
  await changeState(parts, ask, named, "scheduleDeletion", state)
}

export async function cancelDeletion(parts: KmsParts, ask: Ask, named: string): Promise<void> {
  await changeState(parts, ask, named, "cancelDeletion", { kind: "Enabled" })
}

/** At most 8,192 characters, which the doors check. Throws KmsError. */
export async function updateDescription(
  parts: KmsParts,
  ask: Ask,
  named: string,
  description: string,
): Promise<void> {
  await changeCmk(parts, ask, parseOwnCmkId(parts, named), (cmk) => {
    checkOwnedByUser(cmk)
    checkUse(cmk, "updateDescription")
    return cmk.description === description ? cmk : { ...cmk, description }
  })
}

async function changeState(
  parts: KmsParts,
  ask: Ask,
  named: string,
  use: CmkUse,
  state: CmkState,
): Promise<void> {
  await changeCmk(parts, ask, parseOwnCmkId(parts, named), (cmk) => {
    checkOwnedByUser(cmk)
    checkUse(cmk, use)
    return cmk.state.kind === state.kind ? cmk : { ...cmk, state }
  })
}

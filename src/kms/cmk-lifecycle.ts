import { assert } from "../base/assert.ts"
import { uuid } from "../base/random.ts"
import type { Write } from "../storage/metadata-store.ts"
import { scanAll } from "../storage/scan-all.ts"
import {
  checkOwnedByUser,
  checkUse,
  type Cmk,
  type CmkCreator,
  type CmkState,
  type CmkUse,
  isPastDeletion,
  parseCmkId,
} from "./cmk.ts"
import { changeCmk, type KmsParts, parseOwnCmkId, resolveCmk, scanCmks } from "./cmk-store.ts"
import { generateMaterial } from "./key-materials.ts"
import { cmkRow, keyVersionOfCmkBounds, keyVersionOfCmkRow, keyVersionRow } from "./keyspace.ts"
import { KmsError } from "./kms-error.ts"
import {
  decodeKeyVersion,
  encodeCmk,
  encodeKeyVersion,
  encodeKeyVersionRecord,
  type KeyVersion,
} from "./kms-records.ts"
import { commitChange } from "./store-change.ts"

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
    { key: cmkRow(cmkId), value: encodeCmk(cmk), expect: "absent" },
    {
      key: keyVersionRow(keyVersionId),
      value: encodeKeyVersionRecord({ cmkId, createdAtMs, wrapped }),
      expect: "absent",
    },
    {
      key: keyVersionOfCmkRow(cmkId, 1),
      value: encodeKeyVersion({ keyVersionId, createdAtMs }),
      expect: "absent",
    },
  ]
  return { cmk, writes }
}

export async function createCmk(parts: KmsParts, description: string): Promise<Cmk> {
  const creator: CmkCreator = { kind: "account", accountId: parts.accountId }
  return commitChange(parts.store, parts.clock, () => {
    const { cmk, writes } = newCmk(parts, creator, description)
    return Promise.resolve({ writes, result: cmk })
  })
}

export async function describeCmk(parts: KmsParts, named: string): Promise<Cmk> {
  return (await resolveCmk(parts, named)).cmk
}

export async function listCmks(parts: KmsParts): Promise<Cmk[]> {
  const nowMs = parts.clock.nowMs()
  const found = await scanCmks(parts)
  return found.map(({ cmk }) => cmk).filter((cmk) => !isPastDeletion(cmk, nowMs))
}

/** The versions of a CMK in the order in which they were made. Throws KmsError. */
export async function listKeyVersions(parts: KmsParts, named: string): Promise<KeyVersion[]> {
  const { cmk } = await resolveCmk(parts, parseOwnCmkId(parts, named))
  return Array.fromAsync(scanAll(parts.store, keyVersionOfCmkBounds(cmk.cmkId)), (row) =>
    decodeKeyVersion(row.value),
  )
}

export async function enableCmk(parts: KmsParts, named: string): Promise<void> {
  await changeState(parts, named, "enable", { kind: "Enabled" })
}

export async function disableCmk(parts: KmsParts, named: string): Promise<void> {
  await changeState(parts, named, "disable", { kind: "Disabled" })
}

/** The CMK stops at once; `windowDays` later it is gone. Throws KmsError. */
export async function scheduleDeletion(
  parts: KmsParts,
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
  await changeState(parts, named, "scheduleDeletion", { kind: "PendingDeletion", deleteAtMs })
}

export async function cancelDeletion(parts: KmsParts, named: string): Promise<void> {
  await changeState(parts, named, "cancelDeletion", { kind: "Enabled" })
}

async function changeState(
  parts: KmsParts,
  named: string,
  use: CmkUse,
  state: CmkState,
): Promise<void> {
  await changeCmk(parts, parseOwnCmkId(parts, named), (cmk) => {
    checkOwnedByUser(cmk)
    checkUse(cmk, use)
    return cmk.state.kind === state.kind ? cmk : { ...cmk, state }
  })
}

import type { Brand } from "../base/brand.ts"
import { KmsError, type KmsErrorCode } from "./kms-error.ts"

/** A UUID in lower case. Never used twice. */
export type CmkId = Brand<string, "CmkId">

/** A UUID in lower case, of one generation of a CMK's material. Never used twice. */
export type KeyVersionId = Brand<string, "KeyVersionId">

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The CMK id that `text` spells, or undefined. */
export function parseCmkId(text: string): CmkId | undefined {
  return UUID.test(text) ? (text as CmkId) : undefined
}

/** The key version id that `text` spells, or undefined. */
export function parseKeyVersionId(text: string): KeyVersionId | undefined {
  return UUID.test(text) ? (text as KeyVersionId) : undefined
}

/** The service whose default CMK this is. Part of stored records. */
export type ServiceCode = "OSS"

export type CmkCreator =
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "service"; readonly service: ServiceCode }

export type CmkState =
  | { readonly kind: "Enabled" }
  | { readonly kind: "Disabled" }
  | {
      readonly kind: "PendingDeletion"
      /** When it may be destroyed first. Until that has begun, the deletion can be cancelled. */
      readonly deleteAtMs: number
      /** The destruction has begun: the CMK is gone, whatever is left of its rows. */
      readonly isFinal: boolean
    }
  | { readonly kind: "PendingImport" }

/** A customer master key: everything but its material. */
export interface Cmk {
  readonly cmkId: CmkId
  readonly creator: CmkCreator
  readonly description: string
  readonly createdAtMs: number
  readonly state: CmkState
  /** The newest key version, which encrypts. */
  readonly primaryKeyVersionId: KeyVersionId
  readonly keyVersionCount: number
}

/** What can be asked of a CMK, as far as its state decides. */
export type CmkUse =
  | "cryptography"
  | "enable"
  | "disable"
  | "scheduleDeletion"
  | "cancelDeletion"
  | "createAlias"
  | "updateAlias"
  | "updateDescription"
  | "read"

type Verdicts = Readonly<Record<CmkState["kind"], "allowed" | KmsErrorCode>>

const always: Verdicts = {
  Enabled: "allowed",
  Disabled: "allowed",
  PendingDeletion: "allowed",
  PendingImport: "allowed",
}

const switchable: Verdicts = {
  ...always,
  PendingDeletion: "StateChangeRefused",
  PendingImport: "StateChangeRefused",
}

/** Which use each state allows. Source: the service's page "Impact of CMK states on API call". */
const CMK_RULES: Readonly<Record<CmkUse, Verdicts>> = {
  cryptography: {
    Enabled: "allowed",
    Disabled: "KeyDisabled",
    PendingDeletion: "KeyPendingDeletion",
    PendingImport: "KeyPendingImport",
  },
  enable: switchable,
  disable: switchable,
  scheduleDeletion: { ...always, PendingDeletion: "StateChangeRefused" },
  cancelDeletion: {
    Enabled: "StateChangeRefused",
    Disabled: "StateChangeRefused",
    PendingDeletion: "allowed",
    PendingImport: "StateChangeRefused",
  },
  createAlias: { ...always, PendingDeletion: "StateChangeRefused" },
  updateAlias: { ...always, PendingDeletion: "KeyPendingDeletion" },
  updateDescription: { ...always, PendingDeletion: "KeyPendingDeletion" },
  read: always,
}

/** Throws KmsError when the state of `cmk` does not allow `use`. */
export function checkUse(cmk: Cmk, use: CmkUse): void {
  const verdict = CMK_RULES[use][cmk.state.kind]
  if (verdict === "allowed") return
  throw new KmsError(verdict, `the CMK ${cmk.cmkId} is ${cmk.state.kind}`)
}

/** Throws KmsError when `cmk` belongs to a service, so that its users may not change it. */
export function checkOwnedByUser(cmk: Cmk): void {
  if (cmk.creator.kind === "account") return
  throw new KmsError(
    "OwnedByService",
    `the CMK ${cmk.cmkId} belongs to ${cmk.creator.service} and cannot be changed`,
  )
}

/** Whether the deletion time of `cmk` has come. */
export function isDeletionDue({ state }: Cmk, nowMs: number): boolean {
  return state.kind === "PendingDeletion" && state.deleteAtMs <= nowMs
}

/** Whether the destruction of `cmk` has begun, which nothing cancels. */
export function isBeingDestroyed({ state }: Cmk): boolean {
  return state.kind === "PendingDeletion" && state.isFinal
}

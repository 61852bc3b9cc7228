import { type Clock, monotonicClock as systemMonotonicClock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import type { Caller } from "../identity/caller.ts"
import type { RootKey } from "../sealing/root-key.ts"
import type { Guard, MetadataStore } from "../storage/metadata-store.ts"
import * as aliases from "./aliases.ts"
import { type ClockWitness, createClockWitness } from "./clock-witness.ts"
import type { Cmk } from "./cmk.ts"
import * as lifecycle from "./cmk-lifecycle.ts"
import type { KmsParts } from "./cmk-store.ts"
import * as cryptography from "./cryptography.ts"
import { sweepDeletedCmks, type SweptCmks } from "./destroy-cmk.ts"
import { createKeyMaterials } from "./key-materials.ts"
import type { Alias } from "./kms-records.ts"
import type { Ask, KmsAction } from "./permission.ts"

/**
 * CMKs, their states and what is encrypted under them, for one account in one region.
 *
 * Every method asks whether its caller may do that, once it is known with which CMK and before anything is told of the
 * CMK's state. `named` is the id or ARN of a CMK; the operations that use a CMK, and describeCmk, take its alias too. Every
 * call reads the state of the CMK from the store, so a change on any thread or gateway counts for every call started after
 * it. All methods throw KmsError; unwrapDataKey throws SealBroken too. What the store throws passes through.
 */
export interface KeyService {
  createCmk(caller: Caller, input: { description: string }): Promise<Cmk>
  describeCmk(caller: Caller, named: string): Promise<Cmk>
  /** In the order of ids. Leaves out a CMK whose row does not open. */
  listCmks(caller: Caller): Promise<readonly Cmk[]>
  enableCmk(caller: Caller, named: string): Promise<void>
  disableCmk(caller: Caller, named: string): Promise<void>
  scheduleDeletion(caller: Caller, named: string, windowDays: number): Promise<void>
  /** Leaves the CMK Enabled, whatever its state was before. Possible until the destruction has begun. */
  cancelDeletion(caller: Caller, named: string): Promise<void>
  /** In the order of creation. */
  listKeyVersions(caller: Caller, named: string): Promise<lifecycle.KeyVersionsOfCmk>

  createAlias(caller: Caller, aliasName: string, named: string): Promise<void>
  updateAlias(caller: Caller, aliasName: string, named: string): Promise<void>
  deleteAlias(caller: Caller, aliasName: string): Promise<void>
  /** Leaves out an alias whose row does not open. */
  listAliases(caller: Caller): Promise<readonly Alias[]>
  listAliasesOfCmk(caller: Caller, named: string): Promise<readonly Alias[]>

  encrypt(caller: Caller, input: cryptography.EncryptInput): Promise<cryptography.Encrypted>
  decrypt(caller: Caller, input: cryptography.DecryptInput): Promise<cryptography.Decrypted>
  generateDataKey(
    caller: Caller,
    input: cryptography.DataKeyInput,
  ): Promise<cryptography.GeneratedDataKey>
  generateDataKeyWithoutPlaintext(
    caller: Caller,
    input: cryptography.DataKeyInput,
  ): Promise<cryptography.Encrypted>

  /** For the object store. Without `cmk`: the default CMK alias/acs/oss, created on first use. */
  wrapDataKey(caller: Caller, input: cryptography.WrapInput): Promise<cryptography.Wrapped>
  /**
   * Returns the data key, which the caller zeroes after use. Throws SealBroken when it does not open with this context.
   */
  unwrapDataKey(caller: Caller, input: cryptography.UnwrapInput): Promise<Buffer>
  /** Returns the rows that a commit must guard. Throws unless the caller may use the CMK of this id for that now. */
  checkCmk(caller: Caller, cmkId: string, use: DataKeyUse): Promise<readonly Guard[]>

  /**
   * Destroys the CMKs whose deletion time has come. Call it at least every minute: it also watches the clock, and
   * destroys nothing until the clock has run for a day without a jump.
   */
  sweepDeletedCmks(caller: Caller): Promise<SweptCmks>
}

/** What a data key is for: to store something under it, or to read. */
export type DataKeyUse = Extract<KmsAction, "kms:GenerateDataKey" | "kms:Decrypt">

export interface KeyServiceInput {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  /** Runs steadily whatever happens to the clock. Defaults to the system's. */
  readonly monotonicClock?: Clock
  /** Watches the clock before a CMK is destroyed; in place of the usual one, for a clock that is moved on purpose. */
  readonly clockWitness?: ClockWitness | undefined
  readonly log: Log
  readonly region: string
  readonly accountId: string
}

export function createKeyService(input: KeyServiceInput): KeyService {
  const { monotonicClock = systemMonotonicClock, clockWitness, ...rest } = input
  const { store, rootKey, clock } = rest
  const parts: KmsParts = { ...rest, materials: createKeyMaterials(store, rootKey) }
  const witness = clockWitness ?? createClockWitness({ store, clock, monotonicClock })
  return {
    createCmk: (caller, { description }) =>
      lifecycle.createCmk(parts, by(caller, "kms:CreateKey"), description),
    describeCmk: (caller, named) =>
      lifecycle.describeCmk(parts, by(caller, "kms:DescribeKey"), named),
    listCmks: (caller) => lifecycle.listCmks(parts, by(caller, "kms:ListKeys")),
    enableCmk: (caller, named) => lifecycle.enableCmk(parts, by(caller, "kms:EnableKey"), named),
    disableCmk: (caller, named) => lifecycle.disableCmk(parts, by(caller, "kms:DisableKey"), named),
    scheduleDeletion: (caller, named, windowDays) =>
      lifecycle.scheduleDeletion(parts, by(caller, "kms:ScheduleKeyDeletion"), named, windowDays),
    cancelDeletion: (caller, named) =>
      lifecycle.cancelDeletion(parts, by(caller, "kms:CancelKeyDeletion"), named),
    listKeyVersions: (caller, named) =>
      lifecycle.listKeyVersions(parts, by(caller, "kms:ListKeyVersions"), named),
    ...aliasMethods(parts),
    ...cryptographicMethods(parts),
    sweepDeletedCmks: (caller) => sweepDeletedCmks(parts, witness, by(caller, "kms:DestroyKeys")),
  }
}

function aliasMethods(
  parts: KmsParts,
): Pick<
  KeyService,
  "createAlias" | "updateAlias" | "deleteAlias" | "listAliases" | "listAliasesOfCmk"
> {
  return {
    createAlias: (caller, aliasName, named) =>
      aliases.createAlias(parts, by(caller, "kms:CreateAlias"), aliasName, named),
    updateAlias: (caller, aliasName, named) =>
      aliases.updateAlias(parts, by(caller, "kms:UpdateAlias"), aliasName, named),
    deleteAlias: (caller, aliasName) =>
      aliases.deleteAlias(parts, by(caller, "kms:DeleteAlias"), aliasName),
    listAliases: (caller) => aliases.listAliases(parts, by(caller, "kms:ListAliases")),
    listAliasesOfCmk: (caller, named) =>
      aliases.listAliasesOfCmk(parts, by(caller, "kms:ListAliasesByKeyId"), named),
  }
}

function cryptographicMethods(
  parts: KmsParts,
): Pick<
  KeyService,
  | "encrypt"
  | "decrypt"
  | "generateDataKey"
  | "generateDataKeyWithoutPlaintext"
  | "wrapDataKey"
  | "unwrapDataKey"
  | "checkCmk"
> {
  return {
    encrypt: (caller, request) => cryptography.encrypt(parts, by(caller, "kms:Encrypt"), request),
    decrypt: (caller, request) => cryptography.decrypt(parts, by(caller, "kms:Decrypt"), request),
    generateDataKey: (caller, request) =>
      cryptography.generateDataKey(parts, by(caller, "kms:GenerateDataKey"), request),
    generateDataKeyWithoutPlaintext: (caller, request) =>
      cryptography.generateDataKeyWithoutPlaintext(
        parts,
        by(caller, "kms:GenerateDataKeyWithoutPlaintext"),
        request,
      ),
    wrapDataKey: (caller, request) =>
      cryptography.wrapDataKey(parts, by(caller, "kms:GenerateDataKey"), request),
    unwrapDataKey: (caller, request) =>
      cryptography.unwrapDataKey(parts, by(caller, "kms:Decrypt"), request),
    checkCmk: (caller, cmkId, use) => cryptography.checkCmk(parts, by(caller, use), cmkId),
  }
}

function by(caller: Caller, action: KmsAction): Ask {
  return { caller, action }
}

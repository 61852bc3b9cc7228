import { type Clock, monotonicClock as systemMonotonicClock } from "../base/clock.ts"
import type { Log } from "../base/log.ts"
import type { Caller } from "../identity/caller.ts"
import type { RootKey } from "../sealing/root-key.ts"
import type { Guard, MetadataStore } from "../storage/metadata-store.ts"
import { type Activation, ALWAYS_ENABLED, checkEnabled } from "./activation.ts"
import type { KmsMode } from "./kms-mode.ts"
import * as aliases from "./aliases.ts"
import { type ClockWitness, createClockWitness } from "./clock-witness.ts"
import type { Cmk } from "./cmk.ts"
import { allCmksArn, serviceArn } from "./cmk-reference.ts"
import * as lifecycle from "./cmk-lifecycle.ts"
import type { KmsParts } from "./cmk-store.ts"
import { createCmkWithAlias } from "./cmk-with-alias.ts"
import * as cryptography from "./cryptography.ts"
import { sweepDeletedCmks, type SweptCmks } from "./destroy-cmk.ts"
import { createKeyMaterials } from "./key-materials.ts"
import type { Alias } from "./kms-records.ts"
import { createLastUses, type LastUses } from "./last-uses.ts"
import { type Ask, checkAllowed, type KmsAction } from "./permission.ts"
import { storeLastUses } from "./stored-uses.ts"

/**
 * Holds CMKs, their states and what is encrypted under them, for one account in one region.
 *
 * While the account has not activated the key service (activation.ts), every method throws KmsError ServiceNotEnabled, except
 * the first four and the destruction of CMKs whose time has come.
 *
 * Every method checks whether its caller is allowed, once the CMK is known and before anything about its state is revealed.
 * `named` is the id or ARN of a CMK; the operations that use a CMK, and describeCmk, accept its alias too. Every call reads the
 * state of the CMK from the store, so a change on any thread or gateway counts for every call that starts after it. All methods
 * throw KmsError; unwrapDataKey also throws SealBroken. Errors of the store pass through.
 */
export interface KeyService {
  accountStatus(caller: Caller): Promise<AccountStatus>
  /** Activates the key service. Throws KmsError ServiceAlreadyOpen; Forbidden where its operator has switched it off. */
  openService(caller: Caller): Promise<AccountStatus>
  /** When CMKs were used last. */
  lastUses(caller: Caller): Promise<Pick<LastUses, "of" | "sinceMs">>
  /** Stores them as storeLastUses does. Returns how many were stored. */
  storeLastUses(caller: Caller, options: { readonly isLast: boolean }): Promise<number>

  /** With `aliasName` both are made, or neither. */
  createCmk(caller: Caller, input: { description: string; aliasName?: string }): Promise<Cmk>
  describeCmk(caller: Caller, named: string): Promise<Cmk>
  /** In the order of ids. Leaves out a CMK whose row does not open. */
  listCmks(caller: Caller): Promise<readonly Cmk[]>
  /** At most 8,192 characters, which the doors check. */
  updateDescription(caller: Caller, named: string, description: string): Promise<void>
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

export interface AccountStatus {
  readonly mode: KmsMode
  readonly isEnabled: boolean
  /** When the account activated it; undefined where nobody had to. */
  readonly openedMs: number | undefined
}

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
  /** Whether it does anything; it does when this is left out. */
  readonly activation?: Activation
  /** Where uses of CMKs are noted; in memory of its own when this is left out. */
  readonly lastUses?: LastUses | undefined
}

/** For whom something is done, once it is known that the key service does anything. Throws KmsError ServiceNotEnabled. */
type Enter = (caller: Caller, action: KmsAction) => Promise<Ask>

export function createKeyService(input: KeyServiceInput): KeyService {
  const {
    monotonicClock = systemMonotonicClock,
    activation = ALWAYS_ENABLED,
    clockWitness,
    ...rest
  } = input
  const { store, rootKey, clock } = rest
  const { lastUses = createLastUses(clock.nowMs()) } = input
  const parts: KmsParts = { ...rest, lastUses, materials: createKeyMaterials(store, rootKey) }
  const witness = clockWitness ?? createClockWitness({ store, clock, monotonicClock })
  const enter = async (caller: Caller, action: KmsAction): Promise<Ask> => {
    await checkEnabled(activation)
    return { caller, action }
  }
  return {
    ...accountMethods(parts, activation),
    ...cmkMethods(parts, enter),
    ...aliasMethods(parts, enter),
    ...cryptographicMethods(parts, enter),
    sweepDeletedCmks: (caller) =>
      sweepDeletedCmks(parts, witness, { caller, action: "kms:DestroyKeys" }),
  }
}

function accountMethods(
  parts: KmsParts,
  activation: Activation,
): Pick<KeyService, "accountStatus" | "openService" | "lastUses" | "storeLastUses"> {
  const { mode, isEnabled, openedMs } = activation
  const status = async (): Promise<AccountStatus> => ({
    mode,
    isEnabled: await isEnabled(),
    openedMs: openedMs(),
  })
  return {
    accountStatus: async (caller) => {
      const action = "kms:DescribeAccountKmsStatus"
      checkAllowed(parts, { caller, action }, serviceArn(parts))
      return await status()
    },
    openService: async (caller) => {
      checkAllowed(parts, { caller, action: "kms:OpenKmsService" }, serviceArn(parts))
      await activation.open()
      return await status()
    },
    lastUses: async (caller) => {
      checkAllowed(parts, { caller, action: "kms:ListKeys" }, allCmksArn(parts))
      return await Promise.resolve(parts.lastUses)
    },
    storeLastUses: async (caller, options) => {
      checkAllowed(parts, { caller, action: "kms:StoreLastUses" }, allCmksArn(parts))
      return await storeLastUses(parts, options)
    },
  }
}

function cmkMethods(
  parts: KmsParts,
  enter: Enter,
): Pick<
  KeyService,
  | "createCmk"
  | "describeCmk"
  | "listCmks"
  | "updateDescription"
  | "enableCmk"
  | "disableCmk"
  | "scheduleDeletion"
  | "cancelDeletion"
  | "listKeyVersions"
> {
  return {
    createCmk: async (caller, { description, aliasName }) => {
      const cmk = await enter(caller, "kms:CreateKey")
      if (aliasName === undefined) return lifecycle.createCmk(parts, cmk, description)
      const alias = await enter(caller, "kms:CreateAlias")
      return createCmkWithAlias(parts, { cmk, alias }, { description, aliasName })
    },
    describeCmk: async (caller, named) =>
      lifecycle.describeCmk(parts, await enter(caller, "kms:DescribeKey"), named),
    listCmks: async (caller) => lifecycle.listCmks(parts, await enter(caller, "kms:ListKeys")),
    updateDescription: async (caller, named, description) =>
      lifecycle.updateDescription(
        parts,
        await enter(caller, "kms:UpdateKeyDescription"),
        named,
        description,
      ),
    enableCmk: async (caller, named) =>
      lifecycle.enableCmk(parts, await enter(caller, "kms:EnableKey"), named),
    disableCmk: async (caller, named) =>
      lifecycle.disableCmk(parts, await enter(caller, "kms:DisableKey"), named),
    scheduleDeletion: async (caller, named, windowDays) =>
      lifecycle.scheduleDeletion(
        parts,
        await enter(caller, "kms:ScheduleKeyDeletion"),
        named,
        windowDays,
      ),
    cancelDeletion: async (caller, named) =>
      lifecycle.cancelDeletion(parts, await enter(caller, "kms:CancelKeyDeletion"), named),
    listKeyVersions: async (caller, named) =>
      lifecycle.listKeyVersions(parts, await enter(caller, "kms:ListKeyVersions"), named),
  }
}

function aliasMethods(
  parts: KmsParts,
  enter: Enter,
): Pick<
  KeyService,
  "createAlias" | "updateAlias" | "deleteAlias" | "listAliases" | "listAliasesOfCmk"
> {
  return {
    createAlias: async (caller, aliasName, named) =>
      aliases.createAlias(parts, await enter(caller, "kms:CreateAlias"), aliasName, named),
    updateAlias: async (caller, aliasName, named) =>
      aliases.updateAlias(parts, await enter(caller, "kms:UpdateAlias"), aliasName, named),
    deleteAlias: async (caller, aliasName) =>
      aliases.deleteAlias(parts, await enter(caller, "kms:DeleteAlias"), aliasName),
    listAliases: async (caller) =>
      aliases.listAliases(parts, await enter(caller, "kms:ListAliases")),
    listAliasesOfCmk: async (caller, named) =>
      aliases.listAliasesOfCmk(parts, await enter(caller, "kms:ListAliasesByKeyId"), named),
  }
}

function cryptographicMethods(
  parts: KmsParts,
  enter: Enter,
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
    encrypt: async (caller, request) =>
      cryptography.encrypt(parts, await enter(caller, "kms:Encrypt"), request),
    decrypt: async (caller, request) =>
      cryptography.decrypt(parts, await enter(caller, "kms:Decrypt"), request),
    generateDataKey: async (caller, request) =>
      cryptography.generateDataKey(parts, await enter(caller, "kms:GenerateDataKey"), request),
    generateDataKeyWithoutPlaintext: async (caller, request) =>
      cryptography.generateDataKeyWithoutPlaintext(
        parts,
        await enter(caller, "kms:GenerateDataKeyWithoutPlaintext"),
        request,
      ),
    wrapDataKey: async (caller, request) =>
      cryptography.wrapDataKey(parts, await enter(caller, "kms:GenerateDataKey"), request),
    unwrapDataKey: async (caller, request) =>
      cryptography.unwrapDataKey(parts, await enter(caller, "kms:Decrypt"), request),
    checkCmk: async (caller, cmkId, use) =>
      cryptography.checkCmk(parts, await enter(caller, use), cmkId),
  }
}

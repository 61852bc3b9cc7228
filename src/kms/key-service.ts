import type { Clock } from "../base/clock.ts"
import type { RootKey } from "../sealing/root-key.ts"
import type { Guard, MetadataStore } from "../storage/metadata-store.ts"
import * as aliases from "./aliases.ts"
import type { Cmk } from "./cmk.ts"
import * as lifecycle from "./cmk-lifecycle.ts"
import type { KmsParts } from "./cmk-store.ts"
import * as cryptography from "./cryptography.ts"
import { sweepDeletedCmks } from "./destroy-cmk.ts"
import type { EncryptionContext } from "./encryption-context.ts"
import { createKeyMaterials } from "./key-materials.ts"
import type { Alias, KeyVersion } from "./kms-records.ts"

/**
 * CMKs, their states and what is encrypted under them, for one account in one region.
 *
 * `named` is the id or ARN of a CMK; the operations that use a CMK, and describeCmk, take its alias too. Every call
 * reads the state of the CMK from the store, so a change on any thread or gateway counts for every call started after
 * it. All methods throw KmsError; unwrapDataKey throws SealBroken too. What the store throws passes through.
 */
export interface KeyService {
  createCmk(input: { description: string }): Promise<Cmk>
  describeCmk(named: string): Promise<Cmk>
  /** In the order of ids. */
  listCmks(): Promise<readonly Cmk[]>
  enableCmk(named: string): Promise<void>
  disableCmk(named: string): Promise<void>
  scheduleDeletion(named: string, windowDays: number): Promise<void>
  /** Leaves the CMK Enabled, whatever it was before. */
  cancelDeletion(named: string): Promise<void>
  /** In the order in which they were made. */
  listKeyVersions(named: string): Promise<readonly KeyVersion[]>

  createAlias(aliasName: string, named: string): Promise<void>
  updateAlias(aliasName: string, named: string): Promise<void>
  deleteAlias(aliasName: string): Promise<void>
  listAliases(): Promise<readonly Alias[]>
  listAliasesOfCmk(named: string): Promise<readonly Alias[]>

  encrypt(input: {
    cmk: string
    plaintext: Uint8Array
    context: EncryptionContext
  }): Promise<cryptography.Encrypted>
  decrypt(input: {
    ciphertextBlob: Uint8Array
    context: EncryptionContext
  }): Promise<cryptography.Decrypted>
  generateDataKey(input: {
    cmk: string
    sizeBytes: number
    context: EncryptionContext
  }): Promise<cryptography.GeneratedDataKey>

  /** For the object store. Without `cmk`: the default CMK alias/acs/oss, made at first use. */
  wrapDataKey(input: {
    cmk?: string
    context: EncryptionContext
    dataKey: Uint8Array
  }): Promise<cryptography.Wrapped>
  /** The data key, to be zeroed after use. Throws SealBroken for what does not open with this context. */
  unwrapDataKey(input: { wrapped: Uint8Array; context: EncryptionContext }): Promise<Buffer>
  /** Throws unless the CMK of this id may be used now; answers the rows that a commit must guard. */
  checkCmk(cmkId: string): Promise<readonly Guard[]>

  /** Destroys the CMKs whose deletion time has come; answers how many. To be called from time to time. */
  sweepDeletedCmks(): Promise<number>
}

export function createKeyService(input: {
  readonly store: MetadataStore
  readonly rootKey: RootKey
  readonly clock: Clock
  readonly region: string
  readonly accountId: string
}): KeyService {
  const { store, rootKey, clock, region, accountId } = input
  const materials = createKeyMaterials(store, rootKey)
  const parts: KmsParts = { store, rootKey, clock, region, accountId, materials }
  return {
    createCmk: ({ description }) => lifecycle.createCmk(parts, description),
    describeCmk: (named) => lifecycle.describeCmk(parts, named),
    listCmks: () => lifecycle.listCmks(parts),
    enableCmk: (named) => lifecycle.enableCmk(parts, named),
    disableCmk: (named) => lifecycle.disableCmk(parts, named),
    scheduleDeletion: (named, windowDays) => lifecycle.scheduleDeletion(parts, named, windowDays),
    cancelDeletion: (named) => lifecycle.cancelDeletion(parts, named),
    listKeyVersions: (named) => lifecycle.listKeyVersions(parts, named),
    createAlias: (aliasName, named) => aliases.createAlias(parts, aliasName, named),
    updateAlias: (aliasName, named) => aliases.updateAlias(parts, aliasName, named),
    deleteAlias: (aliasName) => aliases.deleteAlias(parts, aliasName),
    listAliases: () => aliases.listAliases(parts),
    listAliasesOfCmk: (named) => aliases.listAliasesOfCmk(parts, named),
    encrypt: (request) => cryptography.encrypt(parts, request),
    decrypt: (request) => cryptography.decrypt(parts, request),
    generateDataKey: (request) => cryptography.generateDataKey(parts, request),
    wrapDataKey: (request) => cryptography.wrapDataKey(parts, request),
    unwrapDataKey: (request) => cryptography.unwrapDataKey(parts, request),
    checkCmk: (cmkId) => cryptography.checkCmk(parts, cmkId),
    sweepDeletedCmks: () => sweepDeletedCmks(parts),
  }
}

import type { KeyObject } from "node:crypto"
import { uuid } from "../base/random.ts"
import { DataKeyError, type DataKeyErrorCode, type WrappedDataKey } from "../keys/data-keys.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import type { SuiteName } from "../sealing/suites.ts"
import type { Guard } from "../storage/metadata-store.ts"
import { type Bucket, reloadBucket } from "./buckets.ts"
import { DigestDiffers } from "./digests.ts"
import type { ObjectStore } from "./object-store.ts"
import type { EncryptionChoice, EncryptionDescriptor, EncryptionMethod } from "./rows/records.ts"
import { RuleBroken, type RuleCode } from "./rule-broken.ts"
import type { Target } from "./target.ts"

/** A fresh data key for one object version, or for one upload. */
export interface NewEncryption {
  readonly dataKey: KeyObject
  readonly descriptor: EncryptionDescriptor
  /** The commit that stores the descriptor must guard these rows. */
  readonly guards: readonly Guard[]
}

const PROVIDER_OF_METHOD: Record<EncryptionMethod, WrappedDataKey["provider"]> = {
  none: "service",
  AES256: "service",
  SM4: "service",
  KMS: "kms",
}

/** The suite that seals the bytes of a choice. */
function suiteOf(choice: EncryptionChoice): SuiteName {
  if (choice.method === "KMS") return choice.suite
  return choice.method === "SM4" ? "sm4-gcm" : "aes-256-gcm"
}

/**
 * Creates a data key for the request's choice, or else the bucket's default. One operation of the key service. Throws
 * RuleBroken by the caller's rights and the state of the CMK.
 */
export async function newEncryption(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  requested: EncryptionChoice | undefined,
): Promise<NewEncryption> {
  const choice = requested ?? bucket.record.defaultEncryption
  const { method } = choice
  const suite = suiteOf(choice)
  const dataKeyId = uuid()
  const context = { bucketInstanceId: bucket.record.instanceId, objectKey, dataKeyId }
  const generated = await translateKeyErrors(store, bucket, () =>
    store.dataKeys[PROVIDER_OF_METHOD[method]].generate(caller, context, {
      suite,
      ...(choice.method === "KMS" && choice.cmk !== undefined ? { cmk: choice.cmk } : {}),
    }),
  )
  return {
    dataKey: generated.dataKey,
    descriptor: { method, suite, dataKeyId, wrappedKey: generated.wrapped },
    guards: generated.guards,
  }
}

/** One operation of the key service. Throws RuleBroken by rights and state, and SealBroken when the wrap is damaged. */
export async function unwrapDataKey(
  store: ObjectStore,
  { caller, bucket, objectKey }: Target,
  { dataKeyId, wrappedKey }: EncryptionDescriptor,
): Promise<KeyObject> {
  const context = { bucketInstanceId: bucket.record.instanceId, objectKey, dataKeyId }
  return await translateKeyErrors(store, bucket, () =>
    store.dataKeys[wrappedKey.provider].unwrap(caller, wrappedKey, context),
  )
}

/**
 * Returns the rows to guard if the caller may use the key now, or throws RuleBroken. No operation of the key service.
 */
export async function checkDataKey(
  store: ObjectStore,
  { caller, bucket }: Target,
  { wrappedKey }: EncryptionDescriptor,
): Promise<readonly Guard[]> {
  return await translateKeyErrors(store, bucket, () =>
    store.dataKeys[wrappedKey.provider].check(caller, wrappedKey, bucket.record.instanceId),
  )
}

const RULE_OF_KEY_ERROR: Record<DataKeyErrorCode, RuleCode> = {
  KeyNotFound: "CmkNotFound",
  AliasNotFound: "AliasNotFound",
  KeyDisabled: "CmkDisabled",
  KeyPendingDeletion: "CmkPendingDeletion",
  KeyPendingImport: "CmkPendingImport",
  Forbidden: "CmkForbidden",
  InvalidKeyId: "CmkIdInvalid",
  ServiceNotEnabled: "KmsNotEnabled",
  Unavailable: "Unavailable",
}

/** A bucket's key goes with the bucket: a wrap that does not open because the bucket was just deleted is not damage. */
async function translateKeyErrors<T>(
  store: ObjectStore,
  bucket: Bucket,
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (error instanceof SealBroken) await reloadBucket(store, bucket)
    if (!(error instanceof DataKeyError)) throw error
    throw new RuleBroken(RULE_OF_KEY_ERROR[error.code])
  }
}

/** Stored bytes do not open. The caller returns an error or cuts the connection, and never sends other bytes. */
export class ObjectDamaged extends Error {
  override name = "ObjectDamaged"
}

function reasonOf(cause: unknown): string {
  if (cause instanceof SealBroken) return "does not open"
  return cause instanceof DigestDiffers ? "has another CRC-64" : "is missing or too short"
}

/** Adds the object's name to the error of a broken seal, and notes the damage. */
export function damaged(
  store: Pick<ObjectStore, "damage">,
  { bucket, objectKey }: Pick<Target, "bucket" | "objectKey">,
  cause: unknown,
): ObjectDamaged {
  const what = reasonOf(cause)
  store.damage.note(`${bucket.name}/${objectKey}`)
  return new ObjectDamaged(`the stored form of ${bucket.name}/${objectKey} ${what}`, { cause })
}

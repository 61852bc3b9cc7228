import type { KeyObject } from "node:crypto"
import { uuid } from "../base/random.ts"
import { DataKeyError, type DataKeyErrorCode, type WrappedDataKey } from "../keys/data-keys.ts"
import { SealBroken } from "../sealing/seal-broken.ts"
import type { Guard } from "../storage/metadata-store.ts"
import type { Bucket } from "./buckets.ts"
import type { ObjectKey } from "./names.ts"
import type { ObjectStore } from "./object-store.ts"
import type { EncryptionDescriptor, EncryptionMethod } from "./records.ts"
import { RuleBroken, type RuleCode } from "./rule-broken.ts"

/** What a request says about encryption. */
export type RequestedEncryption =
  | { readonly kind: "absent" }
  | { readonly kind: "AES256" }
  | { readonly kind: "KMS"; readonly cmkId?: string }

/** Which key protects a new object, and what the API will report. `none` is sealed as well, and reports nothing. */
type EncryptionPlan =
  { readonly method: "none" | "AES256" } | { readonly method: "KMS"; readonly cmkId?: string }

/** A fresh data key for one object version, or for one upload. */
export interface NewEncryption {
  readonly dataKey: KeyObject
  readonly descriptor: EncryptionDescriptor
  /** To be guarded by the commit that stores the descriptor. */
  readonly guards: readonly Guard[]
}

/** The object's header before the bucket's default before nothing; one method per object. */
function planEncryption(requested: RequestedEncryption, bucket: Bucket): EncryptionPlan {
  if (requested.kind === "KMS") {
    return requested.cmkId === undefined
      ? { method: "KMS" }
      : { method: "KMS", cmkId: requested.cmkId }
  }
  if (requested.kind === "AES256") return { method: "AES256" }
  const fallback = bucket.record.defaultEncryption
  if (fallback === undefined) return { method: "none" }
  if (fallback.algorithm === "AES256") return { method: "AES256" }
  return fallback.cmkId === undefined ? { method: "KMS" } : { method: "KMS", cmkId: fallback.cmkId }
}

const PROVIDER_OF_METHOD: Record<EncryptionMethod, WrappedDataKey["provider"]> = {
  none: "service",
  AES256: "service",
  KMS: "kms",
}

/** One operation of the key service. Throws RuleBroken by the state of the key. */
export async function newEncryption(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  requested: RequestedEncryption,
): Promise<NewEncryption> {
  const plan = planEncryption(requested, bucket)
  const dataKeyId = uuid()
  const context = { bucketInstanceId: bucket.record.instanceId, objectKey, dataKeyId }
  const generated = await translateKeyErrors(() =>
    store.dataKeys[PROVIDER_OF_METHOD[plan.method]].generate(
      context,
      plan.method === "KMS" ? plan.cmkId : undefined,
    ),
  )
  return {
    dataKey: generated.dataKey,
    descriptor: { method: plan.method, dataKeyId, wrappedKey: generated.wrapped },
    guards: generated.guards,
  }
}

/** One operation of the key service. Throws RuleBroken by the state of the key, SealBroken when the wrap is damaged. */
export async function unwrapDataKey(
  store: ObjectStore,
  bucket: Bucket,
  objectKey: ObjectKey,
  { dataKeyId, wrappedKey }: EncryptionDescriptor,
): Promise<KeyObject> {
  const context = { bucketInstanceId: bucket.record.instanceId, objectKey, dataKeyId }
  return await translateKeyErrors(() =>
    store.dataKeys[wrappedKey.provider].unwrap(wrappedKey, context),
  )
}

/** The rows to guard, when the key may be used now; throws RuleBroken otherwise. No operation of the key service. */
export async function checkDataKey(
  store: ObjectStore,
  bucket: Bucket,
  { wrappedKey }: EncryptionDescriptor,
): Promise<readonly Guard[]> {
  return await translateKeyErrors(() =>
    store.dataKeys[wrappedKey.provider].check(wrappedKey, bucket.record.instanceId),
  )
}

const RULE_OF_KEY_ERROR: Record<DataKeyErrorCode, RuleCode> = {
  KeyNotFound: "KeyNotFound",
  AliasNotFound: "AliasNotFound",
  KeyDisabled: "KeyDisabled",
  KeyPendingDeletion: "KeyPendingDeletion",
  KeyPendingImport: "KeyPendingImport",
  InvalidKeyId: "InvalidParameter",
  Unavailable: "ServiceUnavailable",
}

async function translateKeyErrors<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof DataKeyError)) throw error
    throw new RuleBroken(RULE_OF_KEY_ERROR[error.code])
  }
}

/** Stored bytes that do not open. The caller answers an error or cuts the connection; never other bytes. */
export class ObjectDamaged extends Error {
  override name = "ObjectDamaged"
}

/** Names the object in what a broken seal throws. */
export function damaged(bucket: Bucket, objectKey: ObjectKey, cause: unknown): ObjectDamaged {
  const what = cause instanceof SealBroken ? "does not open" : "is missing or too short"
  return new ObjectDamaged(`the stored form of ${bucket.name}/${objectKey} ${what}`, { cause })
}

import type { KeyObject } from "node:crypto"
import type { Caller } from "../identity/caller.ts"
import type { SuiteName } from "../sealing/suites.ts"
import type { Guard } from "../storage/metadata-store.ts"

/** What a wrapped data key is bound to: it opens for this object of this bucket instance only. */
export interface DataKeyContext {
  /** 16 bytes, drawn when the bucket was made: a bucket made again under the same name differs. */
  readonly bucketInstanceId: Buffer
  readonly objectKey: string
  /** Drawn with each data key. */
  readonly dataKeyId: string
}

/** How one object's data key is stored. Replaced whole when it is rewrapped. */
export type WrappedDataKey =
  | { readonly provider: "service"; readonly wrapped: Buffer }
  | {
      readonly provider: "kms"
      readonly cmkId: string
      readonly keyVersionId: string
      readonly wrapped: Buffer
    }

export interface DataKeyOptions {
  /** Names the CMK of a "kms" provider (id, ARN or alias); absent means its default. */
  readonly cmk?: string
  /** The data key has the size that the suite takes. */
  readonly suite: SuiteName
}

export interface GeneratedDataKey {
  /** Random bytes, as many as the suite takes. */
  readonly dataKey: KeyObject
  readonly wrapped: WrappedDataKey
  /** Rows that the commit which stores `wrapped` must guard, so that it is ordered against a change of the key's state. */
  readonly guards: readonly Guard[]
}

export type DataKeyErrorCode =
  /** The caller may not use the key. Told before anything about its state. */
  | "Forbidden"
  | "KeyNotFound"
  | "AliasNotFound"
  | "KeyDisabled"
  | "KeyPendingDeletion"
  | "KeyPendingImport"
  | "InvalidKeyId"
  /** The account has not activated the key service. */
  | "ServiceNotEnabled"
  | "Unavailable"

/** The key service will not, or cannot, serve this key now. */
export class DataKeyError extends Error {
  override name = "DataKeyError"
  readonly code: DataKeyErrorCode
  constructor(code: DataKeyErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * What the object store needs from any key service. Each call is one operation of that service, done for `caller`: a
 * provider whose keys have permissions of their own asks for them at every call, also when the data key is remembered. A
 * key's state is asked of the store at every call; only immutable key material may be remembered.
 */
export interface DataKeys {
  /** Throws DataKeyError. */
  generate(
    caller: Caller,
    context: DataKeyContext,
    options: DataKeyOptions,
  ): Promise<GeneratedDataKey>
  /** Throws DataKeyError, SealBroken when `wrapped` is damaged or belongs to another context. */
  unwrap(caller: Caller, wrapped: WrappedDataKey, context: DataKeyContext): Promise<KeyObject>
  /**
   * For a commit that stores something under a data key. Throws DataKeyError unless the key may be used for that now;
   * returns the rows to guard. No key material is touched.
   */
  check(
    caller: Caller,
    wrapped: WrappedDataKey,
    bucketInstanceId: Buffer,
  ): Promise<readonly Guard[]>
}

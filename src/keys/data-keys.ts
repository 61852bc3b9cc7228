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

export interface GeneratedDataKey {
  /** Random bytes of the suite's size. */
  readonly dataKey: KeyObject
  readonly wrapped: WrappedDataKey
  /** Rows that the commit which stores `wrapped` must guard, so that it is ordered against a change of the key's state. */
  readonly guards: readonly Guard[]
}

export type DataKeyErrorCode =
  | "KeyNotFound"
  | "AliasNotFound"
  | "KeyDisabled"
  | "KeyPendingDeletion"
  | "KeyPendingImport"
  | "Forbidden"
  | "InvalidKeyId"
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

/** Which key to make: under which CMK of a "kms" provider (id, ARN or alias; its default when absent), for which suite. */
export interface DataKeyRequest {
  readonly cmk?: string
  readonly suite: SuiteName
}

/**
 * What the object store needs from any key service. Each call is one operation of that service, on behalf of a caller who
 * is judged once the key is known. A key's state is asked of the store at every call; only immutable key material may be
 * remembered.
 */
export interface DataKeys {
  /** A data key of the suite's size. Throws DataKeyError. */
  generate(
    caller: Caller,
    context: DataKeyContext,
    request: DataKeyRequest,
  ): Promise<GeneratedDataKey>
  /** Throws DataKeyError by the caller's rights and the key's state, SealBroken for what belongs to another context. */
  unwrap(caller: Caller, wrapped: WrappedDataKey, context: DataKeyContext): Promise<KeyObject>
  /** Throws DataKeyError unless the key may be used now; returns the rows to guard. No key material is touched. */
  check(
    caller: Caller,
    wrapped: WrappedDataKey,
    bucketInstanceId: Buffer,
  ): Promise<readonly Guard[]>
}

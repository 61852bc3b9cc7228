import type { MetadataStore } from "../storage/metadata-store.ts"
import type { Principal } from "./principal.ts"
import { findStoredAccessKey } from "./stored-access-keys.ts"

/** A pair that signs requests. */
export interface AccessKey {
  readonly accessKeyId: string
  /** Text, because every signature version uses it so. Never logged, never returned. */
  readonly accessKeySecret: string
  readonly principal: Principal
}

/** How both protocols look up the signer of a request. */
export interface AccessKeys {
  find(accessKeyId: string): Promise<AccessKey | undefined>
}

/** Access keys from a list that does not change while the program runs. */
export function fixedAccessKeys(list: readonly AccessKey[]): AccessKeys {
  const byId = new Map(list.map((accessKey) => [accessKey.accessKeyId, accessKey]))
  return { find: (accessKeyId) => Promise.resolve(byId.get(accessKeyId)) }
}

/** The access keys in `metadata`, the sealed store. */
export function storedAccessKeys(metadata: MetadataStore, accountId: string): AccessKeys {
  return {
    async find(accessKeyId) {
      const record = await findStoredAccessKey(metadata, accessKeyId)
      if (record === undefined) return undefined
      return { accessKeyId, ...record, principal: { kind: "account", accountId } }
    },
  }
}

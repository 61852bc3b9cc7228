import type { MetadataStore } from "../storage/metadata-store.ts"
import type { Principal } from "./principal.ts"
import { findStoredAccessKey } from "./stored-access-keys.ts"

/** A pair that signs requests. */
export interface AccessKey {
  readonly accessKeyId: string
  /** Kept as text because every signature version takes it so; never logged, never answered. */
  readonly accessKeySecret: string
  readonly principal: Principal
}

/** Where both doors look up who signed. */
export interface AccessKeys {
  find(accessKeyId: string): Promise<AccessKey | undefined>
}

/** Access keys from a list that does not change while the program runs. */
export function fixedAccessKeys(list: readonly AccessKey[]): AccessKeys {
  const byId = new Map(list.map((accessKey) => [accessKey.accessKeyId, accessKey]))
  return { find: (accessKeyId) => Promise.resolve(byId.get(accessKeyId)) }
}

/** The access keys that `metadata`, the sealed store, holds. */
export function storedAccessKeys(metadata: MetadataStore, accountId: string): AccessKeys {
  return {
    async find(accessKeyId) {
      const record = await findStoredAccessKey(metadata, accessKeyId)
      if (record === undefined) return undefined
      return { accessKeyId, ...record, principal: { kind: "account", accountId } }
    },
  }
}

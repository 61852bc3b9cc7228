import type { Principal } from "./principal.ts"

/** A pair that signs requests. */
export interface AccessKey {
  readonly accessKeyId: string
  /** Kept as text because every signature version takes it so; never logged, never answered. */
  readonly accessKeySecret: string
  readonly principal: Principal
}

/** Where both doors look up who signed. */
export interface AccessKeys {
  find(accessKeyId: string): AccessKey | undefined
}

/** Access keys from a list that does not change while the program runs. */
export function fixedAccessKeys(list: readonly AccessKey[]): AccessKeys {
  const byId = new Map(list.map((accessKey) => [accessKey.accessKeyId, accessKey]))
  return { find: (accessKeyId) => byId.get(accessKeyId) }
}

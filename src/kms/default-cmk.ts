import { newAliasWrites } from "./aliases.ts"
import type { ServiceCode } from "./cmk.ts"
import { type AliasName, parseAliasName } from "./cmk-reference.ts"
import { type KmsParts, readAliasTarget, readCmk, type ReadCmk } from "./cmk-store.ts"
import { newCmk } from "./cmk-lifecycle.ts"
import { commitChange } from "./store-change.ts"

interface DefaultCmk {
  readonly service: ServiceCode
  readonly aliasName: AliasName
  readonly description: string
}

const DEFAULT_CMK: DefaultCmk = {
  service: "OSS",
  aliasName: parseAliasName("alias/acs/oss"),
  description: "Default master key that protects OSS objects when no other key is named",
}

/**
 * The CMK that the object store uses when none is named, made at first use. There is one of it whatever the race,
 * because the commit that makes it expects its alias to be absent.
 */
export async function resolveDefaultCmk(parts: KmsParts): Promise<ReadCmk> {
  const { service, aliasName, description } = DEFAULT_CMK
  const cmkId = await commitChange(parts.store, parts.clock, async () => {
    const target = await readAliasTarget(parts, aliasName)
    if (target !== undefined) return { writes: [], result: target }
    const { cmk, writes } = newCmk(parts, { kind: "service", service }, description)
    const aliasWrites = newAliasWrites({ aliasName, cmkId: cmk.cmkId })
    return { writes: [...writes, ...aliasWrites], result: cmk.cmkId }
  })
  return readCmk(parts, cmkId)
}

/** Whether `named` asks for the default CMK by its alias, which may not have been made yet. */
export function isDefaultAlias(named: string): boolean {
  return named === DEFAULT_CMK.aliasName
}

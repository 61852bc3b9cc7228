import { newAliasWrites } from "./aliases.ts"
import type { ServiceCode } from "./cmk.ts"
import { aliasArn, type AliasName, parseAliasName } from "./cmk-reference.ts"
import { type KmsParts, readAliasTarget, readCmk, type ReadCmk } from "./cmk-store.ts"
import { newCmk } from "./cmk-lifecycle.ts"
import { commitRows } from "./commit-rows.ts"
import { type Ask, checkAllowed } from "./permission.ts"

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
 * The CMK that the object store uses when none is named, created on first use. A race creates only one, because the
 * commit that creates it expects its alias to be absent. A caller who may not use the alias creates no CMK. Throws
 * KmsError as readCmk does.
 */
export async function resolveDefaultCmk(parts: KmsParts, ask: Ask): Promise<ReadCmk> {
  const { service, aliasName, description } = DEFAULT_CMK
  const known = await readAliasTarget(parts, aliasName)
  if (known !== undefined) return readCmk(parts, ask, known)
  checkAllowed(parts, ask, aliasArn(parts, aliasName))
  const cmkId = await commitRows(parts, async () => {
    const target = await readAliasTarget(parts, aliasName)
    if (target !== undefined) return { writes: [], result: target }
    const { cmk, writes } = newCmk(parts, { kind: "service", service }, description)
    const aliasWrites = newAliasWrites({ aliasName, cmkId: cmk.cmkId })
    return { writes: [...writes, ...aliasWrites], result: cmk.cmkId }
  })
  return readCmk(parts, ask, cmkId)
}

/** Whether `named` is the alias of the default CMK, which may not exist yet. */
export function isDefaultAlias(named: string): boolean {
  return named === DEFAULT_CMK.aliasName
}

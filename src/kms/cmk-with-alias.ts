import { newAliasWrites, parseUserAlias, readAliasRow } from "./aliases.ts"
import type { Cmk } from "./cmk.ts"
import { newCmk } from "./cmk-lifecycle.ts"
import { allCmksArn } from "./cmk-reference.ts"
import type { KmsParts } from "./cmk-store.ts"
import { commitRows } from "./commit-rows.ts"
import { KmsError } from "./kms-error.ts"
import { type Ask, checkAllowed } from "./permission.ts"

/** A CMK that has an alias from its first moment on: both are made, or neither. Throws KmsError. */
export async function createCmkWithAlias(
  parts: KmsParts,
  { cmk: ask, alias: aliasAsk }: { readonly cmk: Ask; readonly alias: Ask },
  input: { readonly description: string; readonly aliasName: string },
): Promise<Cmk> {
  checkAllowed(parts, ask, allCmksArn(parts))
  const aliasName = parseUserAlias(parts, aliasAsk, input.aliasName)
  const creator = { kind: "account", accountId: parts.accountId } as const
  return commitRows(parts, async () => {
    if ((await readAliasRow(parts, aliasName)) !== undefined) {
      throw new KmsError("AliasExists", `the alias ${aliasName} exists already`)
    }
    const { cmk, writes } = newCmk(parts, creator, input.description)
    const aliasWrites = newAliasWrites({ aliasName, cmkId: cmk.cmkId })
    return { writes: [...writes, ...aliasWrites], result: cmk }
  })
}

import { z } from "zod"
import { aliasName, cmkId } from "./fields.ts"
import { named } from "./named.ts"

interface AliasView {
  readonly aliasName: string
  readonly cmkId: string
  readonly isReserved: boolean
}

export const aliasView: z.ZodType<AliasView> = named(
  "Alias",
  z.object({
    aliasName,
    cmkId,
    isReserved: z.boolean().describe("begins with alias/acs/: created by the service, read-only"),
  }),
)

export function viewOfAlias(alias: {
  readonly aliasName: string
  readonly cmkId: string
}): AliasView {
  return {
    aliasName: alias.aliasName,
    cmkId: alias.cmkId,
    isReserved: alias.aliasName.startsWith("alias/acs/"),
  }
}

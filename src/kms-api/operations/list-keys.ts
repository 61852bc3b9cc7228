import { z } from "zod"
import type { Cmk } from "../../kms/cmk.ts"
import { cmkArn } from "../../kms/cmk-reference.ts"
import { ofAllCmks } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { pageOf, paging } from "../parameter-schemas.ts"
import { CMK_TRAITS } from "../resources.ts"

/** The property of a CMK that each filter examines. */
const FILTERED = {
  KeyState: (cmk: Cmk): string => cmk.state.kind,
  KeySpec: (): string => CMK_TRAITS.KeySpec,
  KeyUsage: (): string => CMK_TRAITS.KeyUsage,
  ProtectionLevel: (): string => CMK_TRAITS.ProtectionLevel,
  CreatorType: ({ creator }: Cmk): string => (creator.kind === "account" ? "User" : "Service"),
} as const

const filter = z.object({
  Key: z.enum(["KeyState", "KeySpec", "KeyUsage", "ProtectionLevel", "CreatorType"]),
  Values: z.array(z.string()).min(1).max(10),
})

/** JSON in a parameter; text that cannot be parsed is not a list of filters. */
const filters = z.string().transform(parseJson).pipe(z.array(filter).max(10)).default([])

export const listKeys: Operation = defineOperation({
  name: "ListKeys",
  needs: ofAllCmks("kms:ListKeys"),
  parameters: z.object({ ...paging, Filters: filters }),
  run: async ({ caller, keyService, scope }, input) => {
    const matches = (cmk: Cmk): boolean =>
      input.Filters.every(({ Key, Values }) => Values.includes(FILTERED[Key](cmk)))
    const cmks = (await keyService.listCmks(caller)).filter(matches)
    const { items, totals } = pageOf(cmks, input)
    const keys = items.map(({ cmkId }) => ({ KeyId: cmkId, KeyArn: cmkArn(scope, cmkId) }))
    return { Keys: { Key: keys }, ...totals }
  },
})

function parseJson(given: string): unknown {
  if (given === "") return []
  try {
    return JSON.parse(given)
  } catch {
    return undefined
  }
}

import { z } from "zod"
import { readKeySurroundings } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkState, pageFields, pageOf, pageParameters } from "../schemas/fields.ts"
import { keyView } from "../schemas/key.ts"
import type { KeyView } from "../schemas/key.ts"
import { named } from "../schemas/named.ts"

const SORTS = ["created", "alias", "state", "objects", "lastUse"] as const

/** The field that each order sorts by. */
const ORDERS: Readonly<Record<(typeof SORTS)[number], (key: KeyView) => string | number>> = {
  created: ({ createdAt }) => createdAt,
  alias: ({ aliases, cmkId: id }) => aliases[0] ?? `~${id}`,
  state: ({ state }) => state,
  objects: ({ uses }) => uses.objectVersions,
  lastUse: ({ lastUse: { at } }) => at ?? "",
}

interface Filter {
  readonly owner?: string | undefined
  readonly state?: string | undefined
  readonly search?: string | undefined
}

function matches(key: KeyView, { owner, state, search = "" }: Filter): boolean {
  const texts = [key.cmkId, key.description, ...key.aliases]
  return (
    (owner === undefined || key.owner === owner) &&
    (state === undefined || key.state === state) &&
    texts.some((text) => text.toLowerCase().includes(search.toLowerCase()))
  )
}

export const listKeys: Operation = defineOperation({
  name: "listKeys",
  tag: "keys",
  summary: "One page of the CMKs, filtered",
  method: "GET",
  path: "/api/keys",
  parameters: z.strictObject({
    ...pageParameters,
    owner: z.enum(["user", "service"]).optional(),
    state: cmkState.optional(),
    search: z
      .string()
      .max(256)
      .optional()
      .describe("part of the id, an alias or the description, in any case"),
    sort: z.enum(SORTS).default("created"),
    order: z.enum(["ascending", "descending"]).default("descending"),
  }),
  output: named("KeyPage", z.object({ items: z.array(keyView), ...pageFields })),
  needs: askedOfWhatIsNamed,
  run: async (call, input) => {
    const { caller, keyService } = call
    const surroundings = await readKeySurroundings(call)
    const cmks = await keyService.listCmks(caller)
    const views = await Promise.all(cmks.map((cmk) => surroundings.viewOf(cmk)))
    const found = views.filter((view) => matches(view, input))
    const direction = input.order === "ascending" ? 1 : -1
    const orderOf = ORDERS[input.sort]
    const sorted = found.sort((left, right) => {
      const [one, other] = [orderOf(left), orderOf(right)]
      return one === other ? 0 : one < other ? -direction : direction
    })
    return pageOf(sorted, input)
  },
})

import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { cmkId, pageFields, pageOf, pageParameters, time } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"

const keyVersion = named(
  "KeyVersion",
  z.object({ keyVersionId: z.string(), createdAt: time, isPrimary: z.boolean() }),
)

export const listKeyVersions: Operation = defineOperation({
  name: "listKeyVersions",
  tag: "keys",
  summary: "The versions of a CMK, in the order of their creation",
  method: "GET",
  path: "/api/keys/{cmkId}/versions",
  parameters: z.strictObject({ cmkId, ...pageParameters }),
  output: named("KeyVersionPage", z.object({ items: z.array(keyVersion), ...pageFields })),
  errors: ["KeyNotFound"],
  needs: askedOfWhatIsNamed,
  run: async ({ caller, keyService }, input) => {
    const { primaryKeyVersionId } = await keyService.describeCmk(caller, input.cmkId)
    const { versions } = await keyService.listKeyVersions(caller, input.cmkId)
    const views = versions.map(({ keyVersionId, createdAtMs }) => ({
      keyVersionId,
      createdAt: isoTime(createdAtMs),
      isPrimary: keyVersionId === primaryKeyVersionId,
    }))
    return pageOf(views, input)
  },
})

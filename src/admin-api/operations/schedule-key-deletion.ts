import { z } from "zod"
import { viewOfCmk } from "../key-view.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { keyView, oneKey } from "../schemas/key.ts"
import { named } from "../schemas/named.ts"

export const scheduleKeyDeletion: Operation = defineOperation({
  name: "scheduleKeyDeletion",
  tag: "keys",
  summary: "Schedules the deletion of a CMK; from then on, nothing under it can be read",
  method: "POST",
  path: "/api/keys/{cmkId}/schedule-deletion",
  session: "fresh",
  parameters: oneKey,
  body: named(
    "ScheduleDeletionRequest",
    z.strictObject({ windowDays: z.int().min(7).max(366).describe("the console proposes 30") }),
  ),
  output: keyView,
  errors: ["KeyNotFound", "KmsNotEnabled", "OwnedByService", "StateChangeRefused"],
  needs: askedOfWhatIsNamed,
  run: async (call, { cmkId: id, windowDays }) => {
    await call.keyService.scheduleDeletion(call.caller, id, windowDays)
    return viewOfCmk(call, id)
  },
})

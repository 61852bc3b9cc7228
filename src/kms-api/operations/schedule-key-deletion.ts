import { z } from "zod"
import { DELETION_WINDOW_DAYS } from "../../kms/cmk-lifecycle.ts"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text, wholeNumber } from "../parameter-schemas.ts"

export const scheduleKeyDeletion: Operation = defineOperation({
  name: "ScheduleKeyDeletion",
  needs: askedOfWhatIsNamed,
  parameters: z.object({
    KeyId: text,
    PendingWindowInDays: wholeNumber(DELETION_WINDOW_DAYS.min, DELETION_WINDOW_DAYS.max),
  }),
  run: async ({ caller, keyService }, { KeyId, PendingWindowInDays }) => {
    await keyService.scheduleDeletion(caller, KeyId, PendingWindowInDays)
    return {}
  },
})

import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"

/** Nobody is charged for anything, so the id of the order only tells when it was. */
export const openKmsService: Operation = defineOperation({
  name: "OpenKmsService",
  needs: askedOfWhatIsNamed,
  parameters: z.object({}),
  run: async ({ caller, keyService }) => {
    const { openedMs } = await keyService.openService(caller)
    return { OrderId: String(openedMs ?? 0) }
  },
})

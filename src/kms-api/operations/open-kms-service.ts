import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"

/** Nobody is charged, so the order id only states the time. */
export const openKmsService: Operation = defineOperation({
  name: "OpenKmsService",
  needs: askedOfWhatIsNamed,
  parameters: z.object({}),
  run: async ({ caller, keyService }) => {
    const { openedMs } = await keyService.openService(caller)
    return { OrderId: String(openedMs ?? 0) }
  },
})

import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"

export const describeAccountKmsStatus: Operation = defineOperation({
  name: "DescribeAccountKmsStatus",
  needs: askedOfWhatIsNamed,
  parameters: z.object({}),
  run: async ({ caller, keyService }) => {
    const { isEnabled } = await keyService.accountStatus(caller)
    return { AccountStatus: isEnabled ? "Enabled" : "NotEnabled" }
  },
})

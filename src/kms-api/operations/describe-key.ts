import { z } from "zod"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"
import { keyMetadata } from "../resources.ts"

export const describeKey: Operation = defineOperation({
  name: "DescribeKey",
  permission: "kms:DescribeKey",
  parameters: z.object({ KeyId: text }),
  run: async ({ keyService, scope }, { KeyId }) => {
    const metadata = keyMetadata(scope, await keyService.describeCmk(KeyId))
    return {
      KeyMetadata: {
        ...metadata,
        DeletionProtection: "Disabled",
        DeletionProtectionDescription: "",
      },
    }
  },
})

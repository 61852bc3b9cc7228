import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { text } from "../parameter-schemas.ts"
import { keyMetadata } from "../resources.ts"

export const describeKey: Operation = defineOperation({
  name: "DescribeKey",
  needs: askedOfWhatIsNamed,
  parameters: z.object({ KeyId: text }),
  run: async ({ caller, keyService, scope }, { KeyId }) => {
    const metadata = keyMetadata(scope, await keyService.describeCmk(caller, KeyId))
    return {
      KeyMetadata: {
        ...metadata,
        DeletionProtection: "Disabled",
        DeletionProtectionDescription: "",
      },
    }
  },
})

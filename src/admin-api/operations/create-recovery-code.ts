import { z } from "zod"
import { AdminError } from "../errors.ts"
import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { named } from "../schemas/named.ts"

/** Codes that were created earlier still unlock the root key. */
export const createRecoveryCode: Operation = defineOperation({
  name: "createRecoveryCode",
  tag: "service",
  summary: "Creates a recovery code, which is returned only once and stored nowhere",
  method: "POST",
  path: "/api/root-of-trust/recovery-code",
  session: "fresh",
  output: named("RecoveryCode", z.object({ code: z.string() })),
  needs: ofServer("osseal:CreateRecoveryCode"),
  run: async ({ facts: { createRecoveryCode: create } }) => {
    if (create !== undefined) return { code: await create() }
    throw new AdminError("InvalidRequest", "Everything is in memory: there is nothing to recover.")
  },
})

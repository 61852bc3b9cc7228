import { z } from "zod"
import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { named } from "../schemas/named.ts"
import { proofFields, sessionView, viewOfSession } from "../schemas/session.ts"
import { checkMayTry, checkProof } from "../sign-in/attempts.ts"

export const reauthenticate: Operation = defineOperation({
  name: "reauthenticate",
  tag: "session",
  summary: "Proves possession of the secret again, for operations that need a fresh proof",
  method: "POST",
  path: "/api/session/reauthenticate",
  body: named("ReauthenticateRequest", z.strictObject(proofFields)),
  output: sessionView,
  errors: ["InvalidProof", "TooManyAttempts"],
  needs: askedOfWhatIsNamed,
  run: async (call, input) => {
    const { clock, scope, session, sessions } = call
    const { accessKeyId: id } = session
    checkMayTry(call, id)
    await checkProof(call, { ...input, accessKeyId: id, purpose: "reauthenticate" })
    return viewOfSession(await sessions.refresh(session), scope.accountId, clock.nowMs())
  },
})

import { z } from "zod"
import { definePublicOperation, type Operation } from "../operation.ts"
import { named } from "../schemas/named.ts"
import { accessKeyId, proofFields, sessionView } from "../schemas/session.ts"
import { checkMayTry, checkProof, openSession } from "../sign-in/attempts.ts"

export const signIn: Operation = definePublicOperation({
  name: "signIn",
  tag: "session",
  summary: "Signs in with the proof of possession; sets the session's cookie",
  method: "POST",
  path: "/api/session",
  body: named("SignInRequest", z.strictObject({ accessKeyId, ...proofFields })),
  output: sessionView,
  errors: ["InsecureOrigin", "InvalidProof", "TooManyAttempts"],
  run: async (call, input) => {
    checkMayTry(call, input.accessKeyId)
    return openSession(call, await checkProof(call, { ...input, purpose: "sign-in" }), true)
  },
})

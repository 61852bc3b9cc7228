import { z } from "zod"
import { AdminError } from "../errors.ts"
import { definePublicOperation, type Operation } from "../operation.ts"
import { named } from "../schemas/named.ts"
import { sessionView } from "../schemas/session.ts"
import { checkMayTry, openSession } from "../sign-in/attempts.ts"

export const signInByLink: Operation = definePublicOperation({
  name: "signInByLink",
  tag: "session",
  summary: "Signs in with the token of a link that `osseal dev` printed; it works once",
  method: "POST",
  path: "/api/session/link",
  body: named("LinkRequest", z.strictObject({ token: z.string().min(1).max(128) })),
  output: sessionView,
  errors: ["InsecureOrigin", "InvalidProof", "TooManyAttempts"],
  run: async (call, { token }) => {
    const { accessKeys, limits, links, request } = call
    const attempt = { accessKeyId: "", sourceAddress: request.sourceAddress }
    checkMayTry(call, attempt.accessKeyId)
    const id = links.use(token)
    const accessKey = id === undefined ? undefined : await accessKeys.find(id)
    if (accessKey !== undefined) return openSession(call, accessKey, false)
    limits.failed(attempt)
    throw new AdminError("InvalidProof", "The link was already used, or has expired.")
  },
})

import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import { definePublicOperation, type Operation } from "../operation.ts"
import { time } from "../schemas/fields.ts"
import { named } from "../schemas/named.ts"
import { accessKeyId } from "../schemas/session.ts"
import { checkMayTry } from "../sign-in/attempts.ts"

const challenge = named(
  "Challenge",
  z.object({
    challengeId: z.string(),
    message: z
      .string()
      .describe(
        "The proof is HMAC-SHA256 of these bytes (UTF-8) under the bytes of the secret (UTF-8), in lower-case hexadecimal.",
      ),
    expiresAt: time,
  }),
)

/** The response is the same whether the access key exists or not. */
export const createChallenge: Operation = definePublicOperation({
  name: "createChallenge",
  tag: "session",
  summary: "Returns what to sign in order to sign in, or to prove possession of the secret again",
  method: "POST",
  path: "/api/session/challenge",
  body: named(
    "ChallengeRequest",
    z.strictObject({ accessKeyId, purpose: z.enum(["sign-in", "reauthenticate"]) }),
  ),
  output: challenge,
  errors: ["InsecureOrigin", "TooManyAttempts"],
  run: (call, { accessKeyId: id, purpose }) => {
    checkMayTry(call, id)
    const { challengeId, message, expiresMs } = call.challenges.create(id, purpose)
    return Promise.resolve({ challengeId, message, expiresAt: isoTime(expiresMs) })
  },
})

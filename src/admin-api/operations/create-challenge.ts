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

/** The same answer whether there is such an access key or not. */
export const createChallenge: Operation = definePublicOperation({
  name: "createChallenge",
  tag: "session",
  summary: "Asks what is to be signed to sign in, or to prove possession of the secret once more",
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

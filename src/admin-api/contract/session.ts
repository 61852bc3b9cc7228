import { z } from "zod"
import { type Contract, defineContract, named } from "./contract.ts"
import { time } from "./fields.ts"

const accessKeyId = z.string().min(1).max(128)

const sessionState = named(
  "Session",
  z.object({
    accessKeyId,
    accountId: z.string(),
    signedInAt: time,
    expiresAt: time.describe("12 hours after signing in, whatever is done"),
    freshUntil: time
      .nullable()
      .describe("until when operations that need a fresh proof run; null when a proof is needed"),
    csrfToken: z
      .string()
      .describe("to be sent as x-csrf-token with every request that is not a GET"),
  }),
)

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

const proof = {
  challengeId: z.string().min(1).max(64),
  proof: z.string().regex(/^[0-9a-f]{64}$/),
}

/** The same answer whether there is such an access key or not. */
const createChallenge = defineContract({
  name: "createChallenge",
  tag: "session",
  summary: "Asks what is to be signed to sign in, or to prove possession of the secret once more",
  method: "POST",
  path: "/api/session/challenge",
  session: "none",
  body: named(
    "ChallengeRequest",
    z.strictObject({ accessKeyId, purpose: z.enum(["sign-in", "reauthenticate"]) }),
  ),
  output: challenge,
  errors: ["InsecureOrigin", "TooManyAttempts"],
})

const signIn = defineContract({
  name: "signIn",
  tag: "session",
  summary: "Signs in with the proof of possession; sets the session's cookie",
  method: "POST",
  path: "/api/session",
  session: "none",
  body: named("SignInRequest", z.strictObject({ accessKeyId, ...proof })),
  output: sessionState,
  errors: ["InsecureOrigin", "InvalidProof", "TooManyAttempts"],
})

const signInByLink = defineContract({
  name: "signInByLink",
  tag: "session",
  summary: "Signs in with the token of a link that `osseal dev` printed; it works once",
  method: "POST",
  path: "/api/session/link",
  session: "none",
  body: named("LinkRequest", z.strictObject({ token: z.string().min(1).max(128) })),
  output: sessionState,
  errors: ["InsecureOrigin", "InvalidProof", "TooManyAttempts"],
})

const describeSession = defineContract({
  name: "describeSession",
  tag: "session",
  summary: "Who is signed in",
  method: "GET",
  path: "/api/session",
  output: sessionState,
})

const reauthenticate = defineContract({
  name: "reauthenticate",
  tag: "session",
  summary: "Proves possession of the secret once more, for operations that need a fresh proof",
  method: "POST",
  path: "/api/session/reauthenticate",
  body: named("ReauthenticateRequest", z.strictObject(proof)),
  output: sessionState,
  errors: ["InvalidProof", "TooManyAttempts"],
})

const signOut = defineContract({
  name: "signOut",
  tag: "session",
  summary: "Ends the session",
  method: "DELETE",
  path: "/api/session",
})

export const SESSION_CONTRACTS: readonly Contract[] = [
  createChallenge,
  signIn,
  signInByLink,
  describeSession,
  reauthenticate,
  signOut,
]

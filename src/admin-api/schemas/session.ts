import { z } from "zod"
import { isoTime } from "../../base/clock.ts"
import type { Session } from "../../identity/console-sessions.ts"
import { time } from "./fields.ts"
import { named } from "./named.ts"

/** Who is signed in. */
interface SessionView {
  readonly accessKeyId: string
  readonly accountId: string
  readonly signedInAt: string
  readonly expiresAt: string
  readonly freshUntil: string | null
  readonly csrfToken: string
}

export const accessKeyId: z.ZodType<string> = z.string().min(1).max(128)

export const sessionView: z.ZodType<SessionView> = named(
  "Session",
  z.object({
    accessKeyId,
    accountId: z.string(),
    signedInAt: time,
    expiresAt: time.describe("12 hours after signing in, regardless of activity"),
    freshUntil: time
      .nullable()
      .describe(
        "until when operations that need a fresh proof are allowed; null when a proof is needed",
      ),
    csrfToken: z.string().describe("send it as x-csrf-token with every request that is not a GET"),
  }),
)

/** The response to a challenge. */
export interface Proof {
  readonly challengeId: string
  readonly proof: string
}

export const proofFields: Readonly<Record<keyof Proof, z.ZodType<string>>> = {
  challengeId: z.string().min(1).max(64),
  proof: z.string().regex(/^[0-9a-f]{64}$/),
}

export function viewOfSession(session: Session, accountId: string, nowMs: number): SessionView {
  const { accessKeyId: id, createdMs, expiresMs, freshUntilMs, csrfToken } = session
  return {
    accessKeyId: id,
    accountId,
    signedInAt: isoTime(createdMs),
    expiresAt: isoTime(expiresMs),
    freshUntil: freshUntilMs > nowMs ? isoTime(freshUntilMs) : null,
    csrfToken,
  }
}

import { createHmac, timingSafeEqual } from "node:crypto"
import { lengthPrefixed } from "../../base/bytes.ts"
import type { Clock } from "../../base/clock.ts"
import { randomBytes, randomSecret } from "../../base/random.ts"

/** What a proof of possession is for; a proof for one purpose is not valid for another. */
export type ProofPurpose = "sign-in" | "reauthenticate"

export const CHALLENGE_MS: number = 2 * 60_000

/** The most checked proofs that may be unexpired at a time; beyond this, further proofs are not checked. */
const USED_MAX = 10_000

export interface Challenge {
  readonly challengeId: string
  /** What to sign. */
  readonly message: string
  readonly expiresMs: number
}

export interface ProofInput {
  readonly accessKeyId: string
  readonly purpose: ProofPurpose
  readonly challengeId: string
  /** HMAC-SHA256 of the message under the secret, in lower-case hexadecimal. */
  readonly proof: string
}

/**
 * Proof that a caller has an access key's secret, without sending the secret. A challenge belongs to this process, to
 * one access key and to one purpose, and is valid once within two minutes. Nothing is kept of a challenge that nobody
 * answers.
 */
export interface Challenges {
  create(accessKeyId: string, purpose: ProofPurpose): Challenge
  /** Whether the proof is correct; it uses up the challenge. An unknown access key takes the same time. */
  check(input: ProofInput, accessKeySecret: string | undefined): boolean
}

export function createChallenges(clock: Clock): Challenges {
  const serverSecret = randomSecret(32)
  /** When each used challenge would have expired. */
  const used = new Map<string, number>()

  const tagOf = (accessKeyId: string, purpose: ProofPurpose, body: string): string =>
    createHmac("sha256", serverSecret)
      .update(lengthPrefixed([accessKeyId, purpose, body]))
      .digest("base64url")
      .slice(0, 22)

  const use = (challengeId: string, expiresMs: number): boolean => {
    const nowMs = clock.nowMs()
    for (const [each, untilMs] of used) if (untilMs <= nowMs) used.delete(each)
    if (used.has(challengeId) || used.size >= USED_MAX) return false
    used.set(challengeId, expiresMs)
    return true
  }

  return {
    create(accessKeyId, purpose) {
      const expiresMs = clock.nowMs() + CHALLENGE_MS
      const body = `${expiresMs.toString(36)}.${randomBytes(12).toString("base64url")}`
      const challengeId = `${body}.${tagOf(accessKeyId, purpose, body)}`
      return { challengeId, message: messageOf(accessKeyId, purpose, challengeId), expiresMs }
    },
    check({ accessKeyId, purpose, challengeId, proof }, accessKeySecret) {
      const body = challengeId.slice(0, challengeId.lastIndexOf("."))
      const expiresMs = Number.parseInt(body, 36)
      const isOurs = isSame(challengeId, `${body}.${tagOf(accessKeyId, purpose, body)}`)
      const isInTime = expiresMs > clock.nowMs()
      const message = messageOf(accessKeyId, purpose, challengeId)
      const expected = createHmac("sha256", accessKeySecret ?? serverSecret)
        .update(message)
        .digest("hex")
      const isRight = isSame(proof, expected) && accessKeySecret !== undefined
      return isOurs && isInTime && use(challengeId, expiresMs) && isRight
    },
  }
}

function messageOf(accessKeyId: string, purpose: ProofPurpose, challengeId: string): string {
  return `osseal console\n${purpose}\n${accessKeyId}\n${challengeId}`
}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export function isSame(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

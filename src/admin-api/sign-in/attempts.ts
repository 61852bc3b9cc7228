import type { AccessKey } from "../../identity/access-keys.ts"
import { AdminError } from "../errors.ts"
import type { Call } from "../operation.ts"
import { isSecureOrigin } from "../request.ts"
import { viewOfSession } from "../schemas/session.ts"
import { sessionCookie } from "../session-cookie.ts"
import type { ProofInput } from "./challenges.ts"

/**
 * Throws InsecureOrigin for a page that came over plain HTTP from another machine, and TooManyAttempts. A browser there
 * has no WebCrypto to prove anything with, and anyone on the network can take over a session that is sent in the clear.
 */
export function checkMayTry({ request, limits }: Call, accessKeyId: string): void {
  const { origin, sourceAddress } = request
  if (origin !== undefined && !isSecureOrigin(origin)) throw new AdminError("InsecureOrigin")
  const waitMs = limits.waitMs({ accessKeyId, sourceAddress })
  if (waitMs === 0) return
  throw new AdminError("TooManyAttempts", "", { retryAfterSeconds: Math.ceil(waitMs / 1000) })
}

/** The access key whose secret made the proof. Throws InvalidProof, the same for every cause. */
export async function checkProof(call: Call, input: ProofInput): Promise<AccessKey> {
  const { accessKeys, challenges, limits, request } = call
  const attempt = { accessKeyId: input.accessKeyId, sourceAddress: request.sourceAddress }
  const accessKey = await accessKeys.find(input.accessKeyId)
  const isRight = challenges.check(input, accessKey?.accessKeySecret)
  if (accessKey === undefined || !isRight) {
    limits.failed(attempt)
    throw new AdminError("InvalidProof")
  }
  limits.succeeded(attempt)
  return accessKey
}

/** Opens a session and gives its cookie to the browser. */
export async function openSession(
  call: Call,
  accessKey: AccessKey,
  isFresh: boolean,
): Promise<ReturnType<typeof viewOfSession>> {
  const { clock, request, scope, sessions, setHeader } = call
  const { token, session } = await sessions.open(accessKey, isFresh)
  setHeader("Set-Cookie", sessionCookie(request, token))
  return viewOfSession(session, scope.accountId, clock.nowMs())
}

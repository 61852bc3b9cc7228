import { createHash } from "node:crypto"
import type { Clock } from "../../base/clock.ts"
import { randomSecret } from "../../base/random.ts"

const LINK_MS = 10 * 60_000
const OPEN_MAX = 10

/** Links that sign in once, for a person who reads the terminal of `osseal dev`. */
export interface SignInLinks {
  /** A token for that access key; it works once, within ten minutes. */
  issue(accessKeyId: string): string
  /** The access key of the link; undefined when the link was used or does not exist. */
  use(token: string): string | undefined
}

export function createSignInLinks(clock: Clock): SignInLinks {
  /** By the hash of the token. */
  const open = new Map<string, { readonly accessKeyId: string; readonly untilMs: number }>()
  return {
    issue(accessKeyId) {
      const token = randomSecret(24).toString("base64url")
      if (open.size >= OPEN_MAX) open.clear()
      open.set(hashOf(token), { accessKeyId, untilMs: clock.nowMs() + LINK_MS })
      return token
    },
    use(token) {
      const hash = hashOf(token)
      const found = open.get(hash)
      open.delete(hash)
      return found !== undefined && found.untilMs > clock.nowMs() ? found.accessKeyId : undefined
    },
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex")
}

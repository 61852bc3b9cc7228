import { createHash } from "node:crypto"
import { lengthPrefixed } from "../base/bytes.ts"

/** The signature nonces that were seen, for as long as their request would be accepted again. */
export interface NonceMemory {
  /** Returns false when this access key has used this nonce before. */
  accept(accessKeyId: string, nonce: string, nowMs: number, forgetAtMs: number): boolean
}

/** When `countMax` is reached, the oldest nonce is forgotten early: memory stays bounded under any load. */
export function createNonceMemory(countMax: number): NonceMemory {
  const forgetAt = new Map<string, number>()

  const forgetOld = (nowMs: number): void => {
    for (const [seen, forgetAtMs] of forgetAt) {
      if (forgetAtMs > nowMs && forgetAt.size < countMax) return
      forgetAt.delete(seen)
    }
  }

  return {
    accept: (accessKeyId, nonce, nowMs, forgetAtMs) => {
      const digest = createHash("sha256").update(lengthPrefixed([accessKeyId, nonce]))
      const seen = digest.digest("base64")
      const known = forgetAt.get(seen)
      if (known !== undefined && known > nowMs) return false
      forgetOld(nowMs)
      forgetAt.delete(seen)
      forgetAt.set(seen, forgetAtMs)
      return true
    },
  }
}

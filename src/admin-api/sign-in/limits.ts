import type { Clock } from "../../base/clock.ts"

/** Failures that cause no delay. */
const FREE_FAILURES = 5
const DELAY_MS_MAX = { accessKey: 60_000, address: 15 * 60_000 } as const
/** After this long without a failure, earlier ones no longer count. */
const FORGOTTEN_MS = 60 * 60_000
/** A few MB; the entry whose last failure is oldest is dropped first. */
const REMEMBERED_MAX = 10_000

interface Failures {
  readonly count: number
  readonly lastMs: number
}

/** For which access key and from which address the attempt is made. */
export interface Attempt {
  readonly accessKeyId: string
  readonly sourceAddress: string
}

/**
 * Slows down guessing of secrets: after five failures, each further one doubles the time in which no attempt is
 * allowed. For the access key this is up to one minute, so that nobody can lock out its owner for long; for the
 * address, up to 15 minutes.
 */
export interface SignInLimits {
  /** How long to wait before the next attempt; 0 when it may be made now. */
  waitMs(attempt: Attempt): number
  failed(attempt: Attempt): void
  /** The access key's failures are cleared; those of the address stay. */
  succeeded(attempt: Attempt): void
}

export function createSignInLimits(clock: Clock): SignInLimits {
  const byKey = createFailures(clock, DELAY_MS_MAX.accessKey)
  const byAddress = createFailures(clock, DELAY_MS_MAX.address)
  return {
    waitMs: ({ accessKeyId, sourceAddress }) =>
      Math.max(byKey.waitMs(accessKeyId), byAddress.waitMs(networkOf(sourceAddress))),
    failed({ accessKeyId, sourceAddress }) {
      byKey.add(accessKeyId)
      byAddress.add(networkOf(sourceAddress))
    },
    succeeded: ({ accessKeyId }) => byKey.forget(accessKeyId),
  }
}

function createFailures(
  clock: Clock,
  delayMsMax: number,
): {
  waitMs(name: string): number
  add(name: string): void
  forget(name: string): void
} {
  /** The entry whose last failure is oldest comes first. */
  const remembered = new Map<string, Failures>()
  const find = (name: string): Failures | undefined => {
    const found = remembered.get(name)
    return found !== undefined && clock.nowMs() - found.lastMs < FORGOTTEN_MS ? found : undefined
  }
  return {
    waitMs(name) {
      const found = find(name)
      if (found === undefined || found.count < FREE_FAILURES) return 0
      const delayMs = Math.min(1000 * 2 ** (found.count - FREE_FAILURES), delayMsMax)
      return Math.max(found.lastMs + delayMs - clock.nowMs(), 0)
    },
    add(name) {
      const count = (find(name)?.count ?? 0) + 1
      remembered.delete(name)
      remembered.set(name, { count, lastMs: clock.nowMs() })
      if (remembered.size <= REMEMBERED_MAX) return
      for (const oldest of remembered.keys()) {
        remembered.delete(oldest)
        return
      }
    },
    forget: (name) => void remembered.delete(name),
  }
}

/** An IPv4 address, or the /64 network of an IPv6 address, all of whose addresses one machine can use. */
export function networkOf(address: string): string {
  const ipv4 = /(?:^|:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1]
  if (ipv4 !== undefined) return ipv4
  const [head = "", tail] = address.split("::", 2)
  const first = head === "" ? [] : head.split(":")
  const last = tail === undefined || tail === "" ? [] : tail.split(":")
  const zeros = Array.from({ length: Math.max(8 - first.length - last.length, 0) }, () => "0")
  return [...first, ...zeros, ...last].slice(0, 4).join(":")
}

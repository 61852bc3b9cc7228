import type { Clock } from "../base/clock.ts"

const INTERVAL_SECONDS = 10
const KEPT_SECONDS = 3600

/** Each latency class begins where the one before ends and is a quarter wider: from 0.1 ms to about 20 minutes. */
const LATENCY_MS_MIN = 0.1
const LATENCY_GROWTH = 1.25
const LATENCY_CLASSES = 74

export type TrafficDoor = "oss" | "kms" | "console"

interface Interval {
  number: number
  readonly counts: Record<TrafficDoor, number>
  failures: number
  /** OSS and KMS requests, by class. */
  readonly latencies: Uint32Array
}

export interface TrafficPoint {
  readonly atMs: number
  readonly oss: number
  readonly kms: number
  readonly console: number
  /** Responses with status 500 or above. */
  readonly failures: number
  /** Accurate to an eighth; undefined without OSS and KMS requests. */
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
}

/** Requests that got the same response; one request unless `count` is given. */
export interface Answered {
  readonly door: TrafficDoor
  readonly status: number
  readonly ms: number
  readonly count?: number
}

/** How many requests the listeners answered in the last hour, and how long they took. Uses a fixed amount of memory. */
export interface Traffic {
  note(request: Answered): void
  /** Complete intervals, the oldest first; the current one is not among them. */
  points(seconds: number): {
    readonly intervalSeconds: number
    readonly points: readonly TrafficPoint[]
  }
}

export function createTraffic(clock: Clock): Traffic {
  const size = KEPT_SECONDS / INTERVAL_SECONDS + 1
  const intervals = Array.from({ length: size }, () => emptyInterval(-1))
  const currentNumber = (): number => Math.floor(clock.nowMs() / (INTERVAL_SECONDS * 1000))

  const current = (): Interval => {
    const number = currentNumber()
    const known = intervals[number % size]
    if (known?.number === number) return known
    const made = emptyInterval(number)
    intervals[number % size] = made
    return made
  }

  return {
    note({ door, status, ms, count = 1 }) {
      const interval = current()
      interval.counts[door] += count
      if (status >= 500) interval.failures += count
      if (door !== "console") {
        const latencyClass = latencyClassOf(ms)
        interval.latencies[latencyClass] = (interval.latencies[latencyClass] ?? 0) + count
      }
    },
    points(seconds) {
      const last = currentNumber() - 1
      const length = Math.min(Math.ceil(seconds / INTERVAL_SECONDS), size - 1)
      const points = Array.from({ length }, (_, index) => {
        const number = last - length + 1 + index
        const known = intervals[number % size]
        return pointOf(known?.number === number ? known : emptyInterval(number))
      })
      return { intervalSeconds: INTERVAL_SECONDS, points }
    },
  }
}

function emptyInterval(number: number): Interval {
  return {
    number,
    counts: { oss: 0, kms: 0, console: 0 },
    failures: 0,
    latencies: new Uint32Array(LATENCY_CLASSES),
  }
}

/** Latencies within one class are not distinguished. */
export function latencyClassOf(ms: number): number {
  if (ms <= LATENCY_MS_MIN) return 0
  const latencyClass = Math.ceil(Math.log(ms / LATENCY_MS_MIN) / Math.log(LATENCY_GROWTH))
  return Math.min(latencyClass, LATENCY_CLASSES - 1)
}

function pointOf({ number, counts, failures, latencies }: Interval): TrafficPoint {
  return {
    atMs: number * INTERVAL_SECONDS * 1000,
    ...counts,
    failures,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  }
}

/** The middle of the class in which the percentile lies. */
function percentile(latencies: Uint32Array, share: number): number | undefined {
  const total = latencies.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let seen = 0
  const found = latencies.findIndex((count) => {
    seen += count
    return seen >= share * total
  })
  const middle = LATENCY_MS_MIN * LATENCY_GROWTH ** (found - 0.5)
  return Math.round(middle * 100) / 100
}

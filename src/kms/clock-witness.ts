import type { Clock } from "../base/clock.ts"
import type { MetadataStore, StoreKey, Version } from "../storage/metadata-store.ts"
import { type RecordCodec, recordCodec } from "../storage/record-codec.ts"
import { prefixBounds, rowKey } from "../storage/row-keys.ts"
import { commitRows } from "./commit-rows.ts"

/** How long the clock must run without a jump before it may decide that a CMK's deletion time has come. */
const TRIAL_MS = 86_400_000
/** How far the wall clock may move against the monotonic clock between two observations. */
const JUMP_MS_MAX = 5 * 60_000
/** How much later than the last observation of the previous process a start may be. */
const PAUSE_MS_MAX = 86_400_000
/** How old the stored time may become while nothing else changes. */
const STORED_AGE_MS_MAX = 10 * 60_000

/** What outlives the process. */
export interface Testimony {
  /** The wall clock at the last observation, or up to ten minutes earlier. */
  readonly wallMs: number
  /** The time from which the wall clock is trusted. */
  readonly trustedFromMs: number
}

export const clockWitnessCodec: RecordCodec<Testimony> = recordCodec({
  name: "clock-witness",
  write: ({ wallMs, trustedFromMs }) => ({ wallMs, trustedFromMs }),
  readers: {
    1: (stored) => ({
      wallMs: stored["wallMs"] as number,
      trustedFromMs: stored["trustedFromMs"] as number,
    }),
  },
})

const WITNESS_ROW: StoreKey = rowKey("settings", "clock-witness")

/** Watches the wall clock, for actions that cannot be undone when it is wrong. */
export interface ClockWitness {
  /**
   * Observes the clock; call it at least every minute. Returns "trusted" when the clock has run for a day without a
   * jump, either against the monotonic clock or from the previous process's last observation. Throws KmsError
   * Unavailable.
   */
  observe(): Promise<"trusted" | "on trial">
}

export interface ClockWitnessParts {
  readonly store: MetadataStore
  readonly clock: Clock
  /** Runs steadily whatever happens to the wall clock. Its zero has no meaning. */
  readonly monotonicClock: Clock
}

export function createClockWitness(parts: ClockWitnessParts): ClockWitness {
  const { store, clock, monotonicClock } = parts
  /** Both clocks at the process's first observation, or after the last jump: small steps add up. */
  let anchor: Reading | undefined

  function isConsistent(stored: Testimony, { wallMs, monotonicMs }: Reading): boolean {
    if (anchor === undefined) {
      const pauseMs = wallMs - stored.wallMs
      return pauseMs >= -JUMP_MS_MAX && pauseMs <= PAUSE_MS_MAX
    }
    const jumpMs = wallMs - anchor.wallMs - (monotonicMs - anchor.monotonicMs)
    return Math.abs(jumpMs) <= JUMP_MS_MAX
  }

  return {
    async observe() {
      const reading = { wallMs: clock.nowMs(), monotonicMs: monotonicClock.nowMs() }
      const { wallMs } = reading
      const { trustedFromMs, goesOn } = await commitRows(parts, async () => {
        const { stored, version } = await readTestimony(store)
        const goesOn = stored !== undefined && isConsistent(stored, reading)
        const trustedFromMs = goesOn ? stored.trustedFromMs : wallMs + TRIAL_MS
        const result = { trustedFromMs, goesOn }
        const isFresh = goesOn && Math.abs(wallMs - stored.wallMs) < STORED_AGE_MS_MAX
        if (isFresh) return { writes: [], result }
        const value = clockWitnessCodec.encode({ wallMs, trustedFromMs })
        return { writes: [{ key: WITNESS_ROW, value, expect: version ?? "absent" }], result }
      })
      // Only after the commit: a jump that could not be stored is also a jump at the next observation.
      if (anchor === undefined || !goesOn) anchor = reading
      return wallMs >= trustedFromMs ? "trusted" : "on trial"
    },
  }
}

interface Reading {
  readonly wallMs: number
  readonly monotonicMs: number
}

/** A row that does not open counts as missing, and is replaced. */
async function readTestimony(
  store: MetadataStore,
): Promise<{ stored: Testimony | undefined; version: Version | undefined }> {
  const [scanned] = await store.scan({ ...prefixBounds(WITNESS_ROW), limit: 1 })
  if (scanned === undefined || scanned.kind === "prefix") {
    return { stored: undefined, version: undefined }
  }
  const stored = scanned.kind === "row" ? clockWitnessCodec.decode(scanned.value) : undefined
  return { stored, version: scanned.version }
}

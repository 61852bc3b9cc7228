import { type Clock, systemClock } from "../base/clock.ts"

/** The time that the store goes by. It runs on like the system's, from wherever it was put. */
export interface TestClock {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number
  /** Puts the clock to a time: milliseconds since the Unix epoch, or a Date. Resolves when what is due was done. */
  readonly set: (time: number | Date) => Promise<void>
  /** Puts the clock forward. Throws RangeError for less than nothing. Resolves when what is due was done. */
  readonly advance: (ms: number) => Promise<void>
}

/** `doWhatIsDue` is called after every move; `reset` puts the clock back to the system's time. */
export function createTestClock(
  doWhatIsDue: () => Promise<void>,
): TestClock & Clock & { reset(): void } {
  let offsetMs = 0
  const move = async (toOffsetMs: number): Promise<void> => {
    if (!Number.isFinite(toOffsetMs))
      throw new RangeError("the clock takes a time, or milliseconds")
    offsetMs = toOffsetMs
    await doWhatIsDue()
  }
  return {
    nowMs: () => systemClock.nowMs() + offsetMs,
    set: (time) => move(Number(time) - systemClock.nowMs()),
    async advance(ms) {
      if (ms < 0) throw new RangeError("advance goes forward; `set` takes any time")
      await move(offsetMs + ms)
    },
    reset() {
      offsetMs = 0
    },
  }
}

import { type Clock, systemClock } from "../base/clock.ts"

/** The time that the store uses. It advances like the system's time, from wherever it was set. */
export interface TestClock {
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: () => number
  /** Sets the clock: milliseconds since the Unix epoch, or a Date. Resolves when everything that became due is done. */
  readonly set: (time: number | Date) => Promise<void>
  /**
   * Moves the clock forward. Throws RangeError for a negative number. Resolves when everything that became due is done.
   */
  readonly advance: (ms: number) => Promise<void>
}

/** `doWhatIsDue` is called after every move; `reset` returns the clock to the system's time. */
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
      if (ms < 0) throw new RangeError("advance only moves forward; `set` takes any time")
      await move(offsetMs + ms)
    },
    reset() {
      offsetMs = 0
    },
  }
}

/** The program's source of time. Milliseconds since the Unix epoch. */
export interface Clock {
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/**
 * Runs steadily whatever happens to the system's time, and stands still while the machine sleeps. Its zero has no
 * meaning.
 */
export const monotonicClock: Clock = { nowMs: () => performance.now() }

/** A clock that moves only when told to. For tests. */
export interface FakeClock extends Clock {
  advance(ms: number): void
}

export function fakeClock(startMs: number): FakeClock {
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
  }
}

/** For libraries that accept only a Date. */
export function dateOf(ms: number): Date {
  return new Date(ms)
}

/**
 * `2012-02-24T08:43:07.000Z`: whole seconds, so that it is the same instant as `httpDate`. oss2 accepts no other form.
 */
export function isoTime(ms: number): string {
  const day = Math.floor(ms / DAY_MS)
  // A list page formats a thousand times, most of them from one day.
  if (lastDay.day !== day)
    lastDay = { day, text: new Date(day * DAY_MS).toISOString().replace(/T.*/, "T") }
  const second = Math.floor((ms - day * DAY_MS) / 1000)
  const [minute, hour] = [Math.floor(second / 60), Math.floor(second / 3600)]
  return `${lastDay.text}${twoDigits(hour)}:${twoDigits(minute % 60)}:${twoDigits(second % 60)}.000Z`
}

const DAY_MS = 86_400_000

let lastDay = { day: 0, text: "1970-01-01T" }

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

let lastDate = { second: 0, text: "" }

/** `Fri, 24 Feb 2012 08:43:07 GMT` */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000)
  // Every answer carries the current second.
  if (lastDate.second !== second) lastDate = { second, text: new Date(ms).toUTCString() }
  return lastDate.text
}

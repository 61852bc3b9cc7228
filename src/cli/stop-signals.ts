import { monotonicClock } from "../base/clock.ts"

/**
 * One Ctrl-C reaches the program several times when npm runs it: from the terminal, and from each process above it that
 * passes it on. A signal that follows the first one this soon counts as the same one.
 */
const SAME_SIGNAL_MS = 1000

export interface StopSignals {
  /** Resolves with the first SIGTERM or SIGINT. */
  readonly first: Promise<NodeJS.Signals>
  /** Signals have their usual effect again. */
  release(): void
}

/**
 * From now on the first SIGTERM or SIGINT does not end the process by itself; a second one, at least a second later,
 * ends it at once.
 */
export function takeStopSignals(): StopSignals {
  const first = Promise.withResolvers<NodeJS.Signals>()
  let firstMs: number | undefined
  const take = (signal: NodeJS.Signals): void => {
    const nowMs = monotonicClock.nowMs()
    firstMs ??= nowMs
    if (nowMs - firstMs >= SAME_SIGNAL_MS) process.exit(1)
    first.resolve(signal)
  }
  process.on("SIGTERM", take)
  process.on("SIGINT", take)
  return {
    first: first.promise,
    release() {
      process.off("SIGTERM", take)
      process.off("SIGINT", take)
    },
  }
}

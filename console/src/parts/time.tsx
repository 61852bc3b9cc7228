import type { ReactNode } from "react"
import { formatDistance, formatTime, formatUtc } from "./formats.ts"

interface TimeProps {
  readonly at: string
  /** Show how long ago it was; the time itself is in the tooltip. */
  readonly relative?: boolean
}

/** A time in the local zone; hovering over it shows UTC. */
export function Time({ at, relative = false }: TimeProps): ReactNode {
  const hint = relative ? `${formatTime(at)} · ${formatUtc(at)}` : formatUtc(at)
  return (
    // The browser's own tooltip. Lists show hundreds of times, and a tooltip component costs more than the rest of a line.
    <time dateTime={at} title={hint}>
      {relative ? formatDistance(at) : formatTime(at)}
    </time>
  )
}

import type { ReactNode } from "react"
import { formatDistance, formatTime, formatUtc } from "./formats.ts"

interface TimeProps {
  readonly at: string
  /** Say how long ago it was; the moment itself is in the hint. */
  readonly relative?: boolean
}

/** A moment in the local zone; pointing at it tells UTC. */
export function Time({ at, relative = false }: TimeProps): ReactNode {
  const hint = relative ? `${formatTime(at)} · ${formatUtc(at)}` : formatUtc(at)
  return (
    // The browser's own hint: lists have hundreds of moments, and a component's hint costs more than the rest of a line.
    <time dateTime={at} title={hint}>
      {relative ? formatDistance(at) : formatTime(at)}
    </time>
  )
}

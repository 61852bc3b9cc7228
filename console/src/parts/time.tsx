import { Tooltip } from "@mantine/core"
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
    <Tooltip label={hint}>
      <time dateTime={at}>{relative ? formatDistance(at) : formatTime(at)}</time>
    </Tooltip>
  )
}

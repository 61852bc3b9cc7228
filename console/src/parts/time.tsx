import { Tooltip } from "@mantine/core"
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
    <Tooltip label={hint}>
      <time dateTime={at}>{relative ? formatDistance(at) : formatTime(at)}</time>
    </Tooltip>
  )
}

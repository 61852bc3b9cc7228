import type { ReactNode } from "react"
import { Link } from "wouter"
import classes from "./chip.module.css"

export type Tone = "neutral" | "good" | "warn" | "bad" | "accent"

interface ChipProps {
  readonly tone?: Tone
  readonly icon?: ReactNode
  /** Makes the chip a link. */
  readonly href?: string | undefined
  readonly children: ReactNode
}

/** A short word with a colour; the word alone carries the meaning. */
export function Chip({ tone = "neutral", icon, href, children }: ChipProps): ReactNode {
  const content = (
    <>
      {icon}
      {children}
    </>
  )
  if (href === undefined) {
    return (
      <span className={classes["chip"]} data-tone={tone}>
        {content}
      </span>
    )
  }
  return (
    <Link className={classes["chip"]} data-tone={tone} href={href}>
      {content}
    </Link>
  )
}

import type { ReactNode } from "react"
import classes from "./envelope.module.css"

export interface Box {
  readonly kind: "unlock" | "key" | "content"
  readonly icon: ReactNode
  readonly title: ReactNode
  readonly children: ReactNode
  /** The relation of this box to the next one. */
  readonly does?: string
}

/** Boxes from the top down, each with its relation to the one below. */
export function Envelope({ boxes }: { readonly boxes: readonly Box[] }): ReactNode {
  return (
    <ol className={classes["chain"]}>
      {boxes.map(({ kind, icon, title, children, does }, index) => (
        // Boxes never change places.
        <li key={index} className={classes["step"]}>
          <div className={classes["box"]} data-kind={kind}>
            <h2>
              {icon}
              {title}
            </h2>
            {children}
          </div>
          {does !== undefined && <div className={classes["arrow"]}>{does}</div>}
        </li>
      ))}
    </ol>
  )
}

const DRAWN = 96

/** Segments as small squares, as many as fit at a glance. */
export function Segments({ count }: { readonly count: number }): ReactNode {
  return (
    <div className={classes["segments"]} aria-hidden>
      {Array.from({ length: Math.min(count, DRAWN) }, (_, index) => (
        <span key={index} />
      ))}
      {count > DRAWN && "…"}
    </div>
  )
}

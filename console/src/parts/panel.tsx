import type { ReactNode } from "react"
import type { Tone } from "./chip.tsx"
import classes from "./panel.module.css"

interface PanelProps {
  readonly title?: string
  readonly actions?: ReactNode
  /** Without padding, for tables; scrolls sideways where it is too narrow. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A box with a heading. */
export function Panel({ title, actions, flush = false, children }: PanelProps): ReactNode {
  return (
    <section className={classes["panel"]} aria-label={title}>
      {title !== undefined && (
        <div className={classes["head"]}>
          <h2 className={classes["title"]}>{title}</h2>
          {actions}
        </div>
      )}
      <div className={classes[flush ? "flush" : "body"]}>{children}</div>
    </section>
  )
}

/** Pairs of a name and a value; a line whose value is undefined is omitted. */
export function Facts({
  rows,
}: {
  readonly rows: readonly (readonly [string, ReactNode])[]
}): ReactNode {
  return (
    <dl className={classes["facts"]}>
      {rows
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name} className={classes["pair"]}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

interface NoteProps {
  readonly tone?: Tone
  readonly title?: ReactNode
  readonly icon?: ReactNode
  readonly actions?: ReactNode
  readonly children?: ReactNode
}

/** What the user should know before continuing. */
export function Note({ tone = "neutral", title, icon, actions, children }: NoteProps): ReactNode {
  return (
    <div className={classes["note"]} data-tone={tone}>
      {icon}
      <div className={classes["noteBody"]}>
        {title !== undefined && <strong>{title}</strong>}
        {children !== undefined && <div>{children}</div>}
      </div>
      {actions}
    </div>
  )
}

interface EmptyProps {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** Shown where there is nothing yet: the reason, and the first step. */
export function Empty({ title, children, action }: EmptyProps): ReactNode {
  return (
    <div className={classes["empty"]}>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  )
}

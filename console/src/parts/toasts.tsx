import { CloseButton } from "@mantine/core"
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react"
import { useSyncExternalStore, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { toFailure } from "../api/failure.ts"
import { FailureText } from "./failure-note.tsx"
import classes from "./toasts.module.css"

interface Toast {
  readonly id: number
  readonly tone: "good" | "bad"
  readonly content: ReactNode
}

const SHOWN_MS = 6000

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function change(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

function dismiss(id: number): void {
  change(toasts.filter((each) => each.id !== id))
}

function add(tone: Toast["tone"], content: ReactNode): number {
  lastId += 1
  change([...toasts.slice(-3), { id: lastId, tone, content }])
  return lastId
}

/** Reports for a few seconds that something was done. */
export function sayDone(text: string): void {
  const id = add("good", text)
  setTimeout(() => dismiss(id), SHOWN_MS)
}

/** Reports a failure until the user closes the message. */
export function sayFailed(error: unknown): void {
  add("bad", <FailureText failure={toFailure(error)} />)
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where the short messages appear; screen readers read them out. */
export function Toasts(): ReactNode {
  const { t } = useTranslation()
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className={classes["toasts"]} role="status" aria-live="polite">
      {shown.map(({ id, tone, content }) => (
        <div key={id} className={classes["toast"]} data-tone={tone}>
          {tone === "good" ? <IconCheck size={18} /> : <IconAlertTriangle size={18} />}
          <div className={classes["text"]}>{content}</div>
          <CloseButton size="sm" aria-label={t("parts.close")} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}

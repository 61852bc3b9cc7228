import { Button } from "@mantine/core"
import { IconAlertTriangle } from "@tabler/icons-react"
import i18next from "i18next"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { toFailure, type Failure } from "../api/failure.ts"
import type { Texts } from "../i18n/en/texts.ts"
import { Note } from "./panel.tsx"
import { Copyable } from "./copyable.tsx"

type KnownCode = keyof Texts["errors"]

const isKnown = (code: string): code is KnownCode => i18next.exists(`errors.${code}.what`)

/** What happened, what to do about it, and the request id for the server's log. */
export function FailureText({ failure }: { readonly failure: Failure }): ReactNode {
  const { t } = useTranslation()
  const code = isKnown(failure.code) ? failure.code : "Unexpected"
  const known = t(`errors.${code}.what`)
  // The server's own message says which limit or name it was; it is in English.
  const isDetailUseful = code === "InvalidRequest" || code === "Unexpected"
  return (
    <>
      <strong>{known}</strong>
      <div>{t(`errors.${code}.todo`)}</div>
      {isDetailUseful && failure.message !== "" && <div lang="en">{failure.message}</div>}
      {failure.retryAfterSeconds !== undefined && (
        <div>{t("parts.retryAfter", { count: failure.retryAfterSeconds })}</div>
      )}
      {failure.requestId !== undefined && (
        <div>
          {t("parts.requestId")} <Copyable value={failure.requestId} of={t("parts.requestId")} />
        </div>
      )}
    </>
  )
}

interface FailureNoteProps {
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
}

/** Shown in place of the result. */
export function FailureNote({ error, onRetry }: FailureNoteProps): ReactNode {
  const { t } = useTranslation()
  const retry =
    onRetry === undefined ? undefined : (
      <Button variant="default" onClick={onRetry}>
        {t("parts.retry")}
      </Button>
    )
  return (
    <div role="alert">
      <Note tone="bad" icon={<IconAlertTriangle size={18} />} actions={retry}>
        <FailureText failure={toFailure(error)} />
      </Note>
    </div>
  )
}

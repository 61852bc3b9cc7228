import { Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { keyVersionsQuery, type Key } from "../../api/queries.ts"
import type { Tone } from "../../parts/chip.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import classes from "./keys.module.css"

const STATE_TONES: Readonly<Record<Key["state"], Tone>> = {
  Enabled: "good",
  Disabled: "warn",
  PendingDeletion: "warn",
  PendingImport: "neutral",
}

interface Moment {
  readonly name: string
  readonly at: string | null
  readonly tone: Tone
  readonly hint?: string
}

function useMoments(cmk: Key): { readonly moments?: readonly Moment[]; readonly error: unknown } {
  const { t } = useTranslation()
  const { data, error } = useQuery(keyVersionsQuery(cmk.cmkId))
  if (data === undefined) return { error }
  const versions = data.items.map((version) => ({
    name: t("keys.timelineVersion", { id: version.keyVersionId }),
    at: version.createdAt,
    tone: "accent" as const,
    ...(version.isPrimary ? { hint: t("keys.primary") } : {}),
  }))
  const moments: readonly Moment[] = [
    { name: t("keys.timelineCreated"), at: cmk.createdAt, tone: "neutral" },
    ...versions,
    {
      name: t("keys.timelineNow", { state: t(`parts.state.${cmk.state}`) }),
      at: null,
      tone: STATE_TONES[cmk.state],
    },
    ...(cmk.deletionAt === null
      ? []
      : [{ name: t("keys.timelineDeletion"), at: cmk.deletionAt, tone: "bad" as const }]),
  ]
  return { moments, error: null }
}

/** What happened to a key, and what will happen: its versions, its state, its destruction. */
export function KeyTimeline({ cmk }: { readonly cmk: Key }): ReactNode {
  const { t } = useTranslation()
  const { moments, error } = useMoments(cmk)
  return (
    <Panel title={t("keys.timeline")}>
      {moments === undefined && error !== null && <FailureNote error={error} />}
      {moments === undefined && error === null && <Skeleton h={120} />}
      {moments !== undefined && (
        <ol className={classes["timeline"]}>
          {moments.map(({ name, at, tone, hint }) => (
            <li key={name} data-tone={tone}>
              {name}
              {hint !== undefined && <small>{hint}</small>}
              {at !== null && (
                <small>
                  <Time at={at} />
                </small>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

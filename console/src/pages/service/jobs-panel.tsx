import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { jobsQuery } from "../../api/queries.ts"
import { Chip } from "../../parts/chip.tsx"
import { DataTable } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber } from "../../parts/formats.ts"
import { Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"

const TONES = { waiting: "neutral", running: "accent", failed: "bad" } as const

/** The background jobs, and how the last run of each went. */
export function JobsPanel(): ReactNode {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(jobsQuery)
  if (error !== null) return <FailureNote error={error} onRetry={() => void refetch()} />
  return (
    <Panel title={t("root.jobs")} flush>
      <DataTable
        label={t("root.jobs")}
        columns={[
          { name: "name", heading: t("root.jobName"), cell: ({ name }) => <code>{name}</code> },
          {
            name: "state",
            heading: t("root.jobState"),
            cell: ({ state }) => <Chip tone={TONES[state]}>{t(`root.jobStates.${state}`)}</Chip>,
          },
          {
            name: "last",
            heading: t("root.jobLast"),
            cell: ({ lastEndedAt }) =>
              lastEndedAt === null ? t("parts.none") : <Time at={lastEndedAt} relative />,
          },
          {
            name: "did",
            heading: t("root.jobDid"),
            cell: ({ lastDid, lastError }) =>
              lastError ??
              (lastDid.length === 0
                ? t("root.jobNothing")
                : lastDid.map(({ what, count }) => `${what}: ${formatNumber(count)}`).join(", ")),
          },
        ]}
        rows={data?.items}
        rowName={({ name }) => name}
      />
    </Panel>
  )
}

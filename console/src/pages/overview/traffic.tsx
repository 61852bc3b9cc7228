import { Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { trafficQuery, type TrafficPoint } from "../../api/queries.ts"
import { Chart } from "../../parts/chart.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber } from "../../parts/formats.ts"
import { Panel } from "../../parts/panel.tsx"
import classes from "./overview.module.css"

const secondsOf = (point: TrafficPoint): number => new Date(point.at).getTime() / 1000

function Legend({
  names,
}: {
  readonly names: readonly ("oss" | "kms" | "p50" | "p99")[]
}): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={classes["legend"]} aria-hidden>
      {names.map((name) => (
        <span key={name} data-series={name}>
          {t(`overview.${name}`)}
        </span>
      ))}
    </div>
  )
}

/** Requests per second and their latency over the last minutes, updated continuously. */
export function Traffic(): ReactNode {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(trafficQuery)
  if (error !== null && data === undefined) {
    return <FailureNote error={error} onRetry={() => void refetch()} />
  }
  if (data === undefined) return <Skeleton h={240} />
  const { points, intervalSeconds } = data
  const times = points.map(secondsOf)
  const perSecond = (count: number): number => count / intervalSeconds
  const total = points.reduce((sum, point) => sum + point.oss + point.kms, 0)
  const label = t("overview.requestsHint", { total: formatNumber(total) })
  return (
    <div className={classes["columns"]}>
      <Panel title={t("overview.requests")} actions={<Legend names={["oss", "kms"]} />}>
        <Chart
          label={label}
          times={times}
          unit="/s"
          series={[
            { label: "OSS", color: "--accent", values: points.map(({ oss }) => perSecond(oss)) },
            { label: "KMS", color: "--warn", values: points.map(({ kms }) => perSecond(kms)) },
          ]}
        />
      </Panel>
      <Panel title={t("overview.latency")} actions={<Legend names={["p50", "p99"]} />}>
        <Chart
          label={t("overview.latencyHint")}
          times={times}
          unit="ms"
          series={[
            { label: "p50", color: "--accent", values: points.map(({ p50Ms }) => p50Ms) },
            { label: "p99", color: "--warn", values: points.map(({ p99Ms }) => p99Ms) },
          ]}
        />
      </Panel>
    </div>
  )
}

import { Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { statisticsQuery } from "../../api/queries.ts"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatSize } from "../../parts/formats.ts"
import { Facts, Panel } from "../../parts/panel.tsx"

/** The contents of a bucket, in numbers. */
export function BucketStatistics({ bucket }: { readonly bucket: string }): ReactNode {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(statisticsQuery(bucket))
  if (error !== null) return <FailureNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton h={180} />
  return (
    <Panel title={t("buckets.statistics")}>
      <Facts
        rows={[
          [t("buckets.newest"), formatNumber(data.objects)],
          [t("buckets.olderVersions"), formatNumber(data.olderVersions)],
          [t("buckets.deleteMarkers"), formatNumber(data.deleteMarkers)],
          [t("buckets.tabs.uploads"), formatNumber(data.uploads)],
          [t("buckets.parts"), `${formatNumber(data.parts)} · ${formatSize(data.partBytes)}`],
          ...data.byEncryption.map(
            ({ method, objectVersions, objectBytes }) =>
              [
                t(`parts.encryption.${method}`),
                `${formatNumber(objectVersions)} · ${formatSize(objectBytes)}`,
              ] as const,
          ),
        ]}
      />
    </Panel>
  )
}
